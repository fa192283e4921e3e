#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>

namespace kith::store::postgres {

/// The URL of a PostgreSQL database,
/// `postgres://user:password@host:5432/database?sslmode=verify-full`. It accepts everything that
/// libpq does (several hosts, a socket folder as `?host=/run/postgresql`, certificates,
/// `target_session_attrs`). libpq parses it, so its documentation applies.
struct Url {
  std::string text;                               ///< as typed; a secret
  std::map<std::string, std::string> parameters;  ///< libpq's keywords

  /// Returns whether `text` is a PostgreSQL URL.
  static bool is_meant(std::string_view text);

  /// Parses a URL. The error does not quote the text, which holds a secret.
  static std::expected<Url, std::string_view> parse(std::string_view text);

  /// Moves the host that answered last to the front; the others keep their order. libpq always
  /// begins with the first host, and a dead host may cost each connection its `connect_timeout`.
  void prefer(std::string_view host, std::string_view port);

  /// Returns host, port and database, for the log.
  std::string place() const;

  /// Returns the text without its password.
  std::string masked() const;
};

}  // namespace kith::store::postgres
