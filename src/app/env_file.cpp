#include "app/env_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/text.hpp"

namespace kith::app {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view blanks = " \t";

bool is_blank_character(char c) { return blanks.contains(c); }

std::unexpected<Error> wrong_line(int number, std::string_view what) {
  return refuse(Errc::invalid, ".env line " + std::to_string(number) + ": " + std::string(what));
}

/// What the escape `\c` stands for in double quotes; other backslashes are literal.
std::optional<char> escaped(char c) {
  switch (c) {
    case '"':
    case '\\':
    case '$': return c;
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return std::nullopt;
  }
}

/// Takes a quoted value whose opening quote is the first character; `text` moves behind the closing
/// one. Nothing if that is missing.
std::optional<std::string> take_quoted(std::string_view& text) {
  const char quote = text.front();
  std::string value;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == quote) {
      text.remove_prefix(i + 1);
      return value;
    }
    const bool is_escape = quote == '"' && text[i] == '\\' && i + 1 < text.size();
    const auto meant = is_escape ? escaped(text[i + 1]) : std::nullopt;
    if (meant) ++i;
    value.push_back(meant.value_or(text[i]));
  }
  return std::nullopt;
}

/// An unquoted value: up to a comment, which begins with a `#` after a blank.
std::string_view without_comment(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '#' && is_blank_character(text[i - 1])) return trimmed(text.substr(0, i));
  }
  return trimmed(text);
}

/// Reads a file line by line.
class EnvReader {
 public:
  explicit EnvReader(std::string_view text) : services_(text) {}

  Result<std::vector<EnvLine>> read() {
    while (!services_.empty()) {
      const auto taken = take_line();
      if (!taken) return std::unexpected(taken.error());
    }
    return std::move(lines_);
  }

 private:
  /// Takes what is left of the line that `services_` is in.
  std::string_view rest_of_line() {
    const auto end = services_.find('\n');
    const std::string_view line = services_.substr(0, end);
    services_.remove_prefix(end == std::string_view::npos ? services_.size() : end + 1);
    return line;
  }

  void skip_blanks() {
    services_.remove_prefix(std::min(services_.find_first_not_of(blanks), services_.size()));
  }

  Result<bool> take_line() {
    const int number = ++number_;
    skip_blanks();
    const std::string_view line = trimmed(services_.substr(0, services_.find('\n')));
    if (line.empty() || line.front() == '#') return rest_of_line(), true;
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) {
      return wrong_line(number, "NAME=value is missing its equals sign");
    }
    std::string_view name = trimmed(line.substr(0, equals));
    constexpr std::string_view shell_word = "export";
    if (name.starts_with(shell_word) && name.size() > shell_word.size() &&
        is_blank_character(name[shell_word.size()])) {
      name = trimmed(name.substr(shell_word.size()));
    }
    services_.remove_prefix(services_.find('=') + 1);
    auto value = take_value(number);
    if (!value) return std::unexpected(value.error());
    lines_.push_back({std::string(name), *std::move(value), number});
    return true;
  }

  Result<std::string> take_value(int number) {
    const auto first = services_.find_first_not_of(blanks);
    const bool is_quoted =
        first < services_.size() && (services_[first] == '"' || services_[first] == '\'');
    if (!is_quoted) return std::string(without_comment(rest_of_line()));
    skip_blanks();
    const std::string_view before = services_;
    auto value = take_quoted(services_);
    if (!value) return wrong_line(number, "the closing quotation mark is missing");
    const std::string_view taken = before.substr(0, before.size() - services_.size());
    number_ += static_cast<int>(std::ranges::count(taken, '\n'));
    const std::string_view behind = rest_of_line();
    const bool is_comment = trimmed(behind).starts_with('#') && is_blank_character(behind.front());
    if (trimmed(behind).empty() || is_comment) return *std::move(value);
    return wrong_line(number, "text follows the closing quotation mark; quote the whole value");
  }

  std::string_view services_;
  int number_ = 0;
  std::vector<EnvLine> lines_;
};

}  // namespace

Result<std::vector<EnvLine>> parse_env_file(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return EnvReader(text).read();
}

std::optional<std::string> unquoted(std::string_view text) {
  if (text.empty() || (text.front() != '"' && text.front() != '\'')) return std::nullopt;
  auto value = take_quoted(text);
  return value && text.empty() ? value : std::nullopt;
}

Result<std::string> read_text_file(const std::string& path, std::size_t bytes_max) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(bytes_max + 1, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file.is_open() || file.bad()) {
    return refuse(Errc::not_found, path + ": " + std::strerror(errno != 0 ? errno : EIO));
  }
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > bytes_max) {
    return refuse(Errc::invalid,
                  path + " is larger than " + std::to_string(bytes_max / 1024) + " KiB");
  }
  if (text.contains('\0')) {
    return refuse(Errc::invalid, path + " is not UTF-8 text; save it as UTF-8");
  }
  if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
  return text;
}

}  // namespace kith::app
