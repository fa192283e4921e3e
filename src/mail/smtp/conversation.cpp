#include "mail/smtp/conversation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/digits.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "mail/mime.hpp"

namespace kith::mail::smtp {

namespace {

constexpr std::array<std::pair<std::string_view, Command>, 8> commands{{
    {"EHLO", Command::hello},
    {"HELO", Command::hello},
    {"STARTTLS", Command::starttls},
    {"AUTH", Command::login},
    {"MAIL", Command::sender},
    {"RCPT", Command::recipient},
    {"DATA", Command::data},
    {"QUIT", Command::quit},
}};

constexpr std::size_t code_digits = 3;

/// Returns whether the code demands authentication, at any command (RFC 4954, section 6).
bool asks_for_login(int code) { return code == 530 || code == 534 || code == 535 || code == 538; }

std::string_view without_line_end(std::string_view line) {
  return line.substr(0, line.find_last_not_of(" \r\n") + 1);
}

}  // namespace

void Conversation::on_sent(std::string_view line) {
  const std::string_view word = line.substr(0, line.find_first_of(" \r\n"));
  const auto* const found =
      std::ranges::find(commands, word, &std::pair<std::string_view, Command>::first);
  if (found != commands.end()) command_ = found->second;
}

void Conversation::on_received(std::string_view line) {
  if (command_ == Command::quit) return;
  const auto code = read_digits(line.substr(0, code_digits));
  if (!code || line.size() < code_digits) return;
  code_ = *code;
  answered_ = command_;
  const std::string text = one_line(without_line_end(line));
  answer_ = command_ == Command::login ? std::to_string(*code)
                                       : std::string(cut(text, limits::mail_error_bytes_max));
}

std::optional<Failure> Conversation::refusal() const {
  constexpr int first_refusal = 400;
  constexpr int first_permanent = 500;
  if (code_ < first_refusal) return std::nullopt;
  const bool for_good = (answered_ == Command::recipient || answered_ == Command::data) &&
                        code_ >= first_permanent && !asks_for_login(code_);
  FailureKind kind = for_good ? FailureKind::refused : FailureKind::deferred;
  if (answered_ == Command::login || asks_for_login(code_)) kind = FailureKind::login;
  return Failure{kind, "the mail server answered: " + answer_};
}

}  // namespace kith::mail::smtp
