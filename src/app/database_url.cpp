#include "app/database_url.hpp"

#include <utility>

namespace kith::app {

std::expected<DatabaseUrl, std::string_view> DatabaseUrl::parse(std::string_view text) {
  constexpr std::string_view sqlite_scheme = "sqlite:";
  DatabaseUrl out;
  out.text = text;
  if (text.empty()) return out;
  if (text.starts_with(sqlite_scheme)) {
    out.sqlite_path = text.substr(sqlite_scheme.size());
    if (!out.sqlite_path.empty()) return out;
  }
  auto server = store::postgres::Url::parse(text);
  if (!server) return std::unexpected(server.error());
  out.postgres = *std::move(server);
  return out;
}

}  // namespace kith::app
