#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace kith::mail::smtp {

/// The encryption of the connection to the server.
enum class Security : std::uint8_t {
  starttls,  ///< STARTTLS, required before anything else is sent
  tls,       ///< from the first byte
  none,      ///< `?tls=off`
};

/// The setting KITH_SMTP_URL: `smtp://user:password@host:587` (STARTTLS), `smtps://host:465`,
/// `smtp://127.0.0.1:2525?tls=off`; user and password are percent-encoded. `?ca=FILE` names the
/// certificates to trust instead of the system's. An empty text means no server. Passwords are sent
/// unencrypted only to this machine.
struct Url {
  std::string text;  ///< as typed; a secret
  std::string host;  ///< an IPv6 address with its brackets
  std::string port;
  std::string user;
  std::string password;
  std::string ca_file;  ///< empty: the system's certificates
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
