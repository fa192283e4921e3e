#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace kith::cache::redis {

/// The setting KITH_REDIS_URL: `redis://user:password@host:6379/0`; user, password, port and
/// database may be left away; user and password percent-encoded. The empty text is no Redis.
struct Url {
  std::string text;  ///< as typed; a secret
  std::string host;  ///< an IPv6 address without its brackets
  std::string port;
  std::string user;  ///< empty: Redis' default user
  std::string password;
  int database = 0;

  static std::expected<Url, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  bool empty() const { return host.empty(); }

  /// Host, port and database, for the log.
  std::string place() const;

  /// The text without its password.
  std::string masked() const;
};

}  // namespace kith::cache::redis
