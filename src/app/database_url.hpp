#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "store/postgres/url.hpp"

namespace kith::app {

/// The setting KITH_DATABASE_URL: `sqlite:PATH` or `postgres://user:password@host:5432/database`.
/// An empty text stands for a file in the data folder.
struct DatabaseUrl {
  std::string text;
  std::string sqlite_path;
  std::optional<store::postgres::Url> postgres;

  static std::expected<DatabaseUrl, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  /// Returns the text without its password.
  std::string masked() const { return postgres ? postgres->masked() : text; }
};

}  // namespace kith::app
