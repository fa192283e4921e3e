#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mail/transport.hpp"

namespace kith::mail::smtp {

/// What was said last.
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

/// Follows a conversation with a server, to tell afterwards why it failed. It keeps no word of what
/// we said, for that holds the password, and none of the answer to a login, which may repeat it.
class Conversation {
 public:
  /// Notes a line that was sent. Keeps nothing of it but the command.
  void on_sent(std::string_view line);

  /// Notes a line that the server answered, which libcurl has bounded. Keeps a copy of at most
  /// `limits::mail_error_bytes_max` bytes.
  void on_received(std::string_view line);

  /// The last answer that refuses something, or nothing.
  std::optional<Failure> refusal() const;

 private:
  Command command_ = Command::greeting;
  int code_ = 0;  // of the last answer, but for the farewell
  Command answered_ = Command::greeting;
  std::string answer_;
};

}  // namespace kith::mail::smtp
