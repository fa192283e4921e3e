#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>

namespace kith::store::postgres {

/// Where a PostgreSQL database is:
/// `postgres://user:password@host:5432/database?sslmode=verify-full` with all that libpq knows
/// (several hosts, a socket's folder as `?host=/run/postgresql`, certificates,
/// `target_session_attrs`). libpq reads it, so its documentation holds.
struct Url {
  std::string text;                               ///< as typed; a secret
  std::map<std::string, std::string> parameters;  ///< libpq's keywords

  /// Whether `text` means PostgreSQL at all.
  static bool is_meant(std::string_view text);

  /// Reads one. What is wrong is told without the text, which holds a secret.
  static std::expected<Url, std::string_view> parse(std::string_view text);

  /// Has the host that answered be asked first; the others follow in their order. libpq begins with
  /// the first each time, and one that is gone may cost each connection its `connect_timeout`.
  void prefer(std::string_view host, std::string_view port);

  /// Host, port and database, for the log.
  std::string place() const;

  /// The text without its password.
  std::string masked() const;
};

}  // namespace kith::store::postgres
