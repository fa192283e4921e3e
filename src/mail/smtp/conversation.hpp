#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mail/transport.hpp"

namespace kith::mail::smtp {

/// The last command.
enum class Command : std::uint8_t {
  greeting,
  hello,
  starttls,
  login,
  sender,
  recipient,
  data,
  quit
};

/// Follows an SMTP conversation to determine why it failed. It keeps no text of the client's lines,
/// which include the password, and none of the answers to authentication, which may repeat it.
class Conversation {
 public:
  /// Notes a line that was sent. Keeps only the command.
  void on_sent(std::string_view line);

  /// Notes a line that the server answered, whose length libcurl limits. Keeps a copy of at most
  /// `limits::mail_error_bytes_max` bytes.
  void on_received(std::string_view line);

  /// Returns the last answer that is a refusal, or nothing.
  std::optional<Failure> refusal() const;

 private:
  Command command_ = Command::greeting;
  int code_ = 0;  // of the last answer, except for that to QUIT
  Command answered_ = Command::greeting;
  std::string answer_;
};

}  // namespace kith::mail::smtp
