#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <stop_token>
#include <string>
#include <string_view>

#include "mail/message.hpp"

namespace kith::mail {

/// Why a mail was not accepted.
enum class FailureKind : std::uint8_t {
  connection,  ///< no connection, or it broke
  tls,         ///< no encryption, or an invalid certificate
  login,       ///< authentication failed
  deferred,    ///< a temporary refusal, or a refusal of the sender
  refused,     ///< a permanent refusal of the mail or the recipient: do not retry
  internal,    ///< a local failure: the file or the message could not be written
  stopped,     ///< abandoned on request; not a failure
};
/// Returns the names of the kinds in metrics.
constexpr std::array<std::string_view, 7> names_of(FailureKind) {
  return {"connection", "tls", "login", "deferred", "refused", "internal", "stopped"};
}

/// A mail that was not accepted, with a reason for administrators: one line without secrets.
struct Failure {
  FailureKind kind = FailureKind::internal;
  std::string reason;
};

/// Accepts mails: an SMTP server, or a folder.
class Transport {
 public:
  virtual ~Transport() = default;

  /// Sends the message and returns where it went (`sent through smtp.example.org:587`). Blocks for
  /// up to `limits::mail_send_timeout`; called on several worker threads at once. When `stop` is
  /// requested, a message that is not being transmitted yet is abandoned (`FailureKind::stopped`).
  virtual std::expected<std::string, Failure> send(const Message& message,
                                                   const std::stop_token& stop) = 0;

  /// Checks whether mails would be accepted: connects and authenticates, but sends nothing. Blocks
  /// like `send`.
  virtual std::expected<void, Failure> check() { return {}; }

  /// Returns the destination of mails for the log: one line without secrets.
  virtual std::string description() const = 0;
};

}  // namespace kith::mail
