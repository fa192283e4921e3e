#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <stop_token>
#include <string>
#include <string_view>

#include "mail/message.hpp"

namespace kith::mail {

/// Why a mail was not taken.
enum class FailureKind : std::uint8_t {
  connection,  ///< nobody answers, or not to the end
  tls,         ///< no encryption, or a certificate that proves nothing
  login,       ///< the server does not know us
  deferred,    ///< the server answered that it cannot now, or not for this sender
  refused,     ///< the server will not have this mail or this recipient: asking again is useless
  internal,    ///< here: no file could be written, no message be made
  stopped,     ///< given up because it was asked to; no fault of anybody
};
/// Their names in metrics.
constexpr std::array<std::string_view, 7> names_of(FailureKind) {
  return {"connection", "tls", "login", "deferred", "refused", "internal", "stopped"};
}

/// A mail that was not taken, with a reason for administrators: one line without a secret.
struct Failure {
  FailureKind kind = FailureKind::internal;
  std::string reason;
};

/// What takes mails: an SMTP server, or a folder.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Hands the message over, and tells where it went (`sent through smtp.example.org:587`). Blocks
  /// for up to `limits::mail_send_timeout`, so it is called on a thread that may, on several at the
  /// same time. When `stop` is requested, a message that is not yet on its way is given up
  /// (`FailureKind::stopped`).
  virtual std::expected<std::string, Failure> send(const Message& message,
                                                   const std::stop_token& stop) = 0;

  /// Whether mails would be taken at this moment: goes there, signs in, and sends none. Blocks as
  /// `send`.
  virtual std::expected<void, Failure> check() { return {}; }

  /// Where mails go, for the log: one line without a secret.
  virtual std::string description() const = 0;
};

}  // namespace kith::mail
