#include "cli/password_prompt.hpp"

#include <array>
#include <csignal>
#include <iostream>
#include <string_view>

#include <fmt/core.h>
#include <termios.h>
#include <unistd.h>

namespace kith::cli {

namespace {

/// The original state of the terminal, for the signal handler.
termios terminal_before;

/// Restores the terminal's echo, and ends the program with the default action of the signal.
void show_input_and_end(int signal) {
  ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal_before);
  std::signal(signal, SIG_DFL);
  ::raise(signal);
}

/// Hides typed input during its lifetime.
class HiddenInput {
 public:
  HiddenInput() {
    if (::tcgetattr(STDIN_FILENO, &terminal_before) != 0) return;
    hidden_ = true;
    for (std::size_t i = 0; i < ending.size(); ++i) {
      handlers_[i] = std::signal(ending[i], show_input_and_end);
    }
    termios quiet = terminal_before;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
  }
  ~HiddenInput() {
    if (!hidden_) return;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal_before);
    for (std::size_t i = 0; i < ending.size(); ++i) std::signal(ending[i], handlers_[i]);
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;

 private:
  static constexpr std::array ending{SIGINT, SIGTERM, SIGQUIT, SIGHUP};

  bool hidden_ = false;
  std::array<void (*)(int), ending.size()> handlers_{};
};

std::string ask(const char* prompt) {
  fmt::print(stderr, "{}", prompt);
  std::string answer;
  {
    const HiddenInput hidden;
    std::getline(std::cin, answer);
  }
  fmt::print(stderr, "\n");
  return answer;
}

/// Reads the first line of a pipe. Text from Windows may end the line with a carriage return and
/// begin it with a byte order mark.
std::string read_line() {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  std::string line;
  std::getline(std::cin, line);
  if (line.ends_with('\r')) line.pop_back();
  if (line.starts_with(byte_order_mark)) line.erase(0, byte_order_mark.size());
  return line;
}

}  // namespace

Result<std::string> read_new_password(bool from_stdin) {
  if (from_stdin || ::isatty(STDIN_FILENO) != 1) {
    std::string line = read_line();
    if (!line.empty()) return line;
    return refuse(Errc::invalid,
                  "There is no password on standard input. Run the command in a terminal, or send "
                  "the password through a pipe with --password-stdin.");
  }
  std::string password = ask("Password: ");
  if (password.empty()) return refuse(Errc::invalid, "No password was given.");
  if (ask("Repeat the password: ") == password) return password;
  return refuse(Errc::invalid, "The two passwords differ. Nothing was changed.");
}

}  // namespace kith::cli
