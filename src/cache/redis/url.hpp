#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace kith::cache::redis {

/// The setting KITH_REDIS_URL: `redis://user:password@host:6379/0`. User, password, port and
/// database are optional; user and password are percent-encoded. An empty text means no Redis.
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

  /// Returns host, port and database, for the log.
  std::string place() const;

  /// Returns the text without its password.
  std::string masked() const;
};

}  // namespace kith::cache::redis
