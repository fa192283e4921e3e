#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace kith::mail::smtp {

/// How what is said to the server is kept from others.
enum class Security : std::uint8_t {
  starttls,  ///< asked for, and nothing is said without it
  tls,       ///< from the first byte
  none,      ///< `?tls=off`
};

/// The setting KITH_SMTP_URL: `smtp://user:password@host:587` (STARTTLS), `smtps://host:465`,
/// `smtp://127.0.0.1:2525?tls=off`; user and password percent-encoded. `?ca=FILE` names the
/// certificates to trust instead of the system's. The empty text is no server. A password is not
/// sent in the clear but to this machine.
struct Url {
  std::string text;  ///< as typed; a secret
  std::string host;  ///< an IPv6 address in its brackets
  std::string port;
  std::string user;
  std::string password;
  std::string ca_file;  ///< empty: the system's
  Security security = Security::starttls;

  static std::expected<Url, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  bool empty() const { return host.empty(); }

  /// The text without its password.
  std::string masked() const;

  /// `host:port`, which is no secret.
  std::string place() const { return host + ":" + port; }
};

}  // namespace kith::mail::smtp
