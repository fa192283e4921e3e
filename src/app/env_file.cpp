#include "app/env_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <system_error>

#include "base/text.hpp"

namespace kith::app {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view blanks = " \t";
constexpr std::string_view comment_marks = "#;";  // at the beginning of a line

bool is_blank_character(char c) { return blanks.contains(c); }

std::unexpected<Error> wrong_line(int number, std::string_view what) {
  return refuse(Errc::invalid, "line " + std::to_string(number) + ": " + std::string(what));
}

/// Returns the character for the escape `\c` in double quotes; other backslashes are literal.
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

/// Takes a quoted value that begins at the first character, and moves `text` behind the closing
/// quote. Returns nothing if that quote is missing.
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

/// Reads a file line by line.
class EnvReader {
 public:
  explicit EnvReader(std::string_view text) : rest_(text) {}

  Result<std::vector<EnvLine>> read() {
    while (!rest_.empty()) {
      const auto taken = take_line();
      if (!taken) return std::unexpected(taken.error());
    }
    return std::move(lines_);
  }

 private:
  /// Takes the rest of the current line from `rest_`.
  std::string_view rest_of_line() {
    const auto end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
    return line;
  }

  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size()));
  }

  Result<bool> take_line() {
    const int number = ++number_;
    skip_blanks();
    const std::string_view line = trimmed(rest_.substr(0, rest_.find('\n')));
    if (line.empty() || comment_marks.contains(line.front())) return rest_of_line(), true;
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
    rest_.remove_prefix(rest_.find('=') + 1);
    auto value = take_value(number);
    if (!value) return std::unexpected(value.error());
    lines_.push_back({std::string(name), *std::move(value), number});
    return true;
  }

  /// A `#` right after the equals sign belongs to the value, unless a blank follows.
  static std::string unquoted_value(std::string_view text) {
    const bool is_comment =
        !text.empty() && is_blank_character(text.front()) && trimmed(text).starts_with('#');
    return std::string(is_comment ? std::string_view() : without_comment(text));
  }

  Result<std::string> take_value(int number) {
    const auto first = rest_.find_first_not_of(blanks);
    const bool is_quoted = first < rest_.size() && (rest_[first] == '"' || rest_[first] == '\'');
    if (!is_quoted) return unquoted_value(rest_of_line());
    skip_blanks();
    const std::string_view before = rest_;
    auto value = take_quoted(rest_);
    if (!value) return wrong_line(number, "the closing quotation mark is missing");
    const std::string_view taken = before.substr(0, before.size() - rest_.size());
    number_ += static_cast<int>(std::ranges::count(taken, '\n'));
    const std::string_view behind = rest_of_line();
    const bool is_comment = trimmed(behind).starts_with('#') && is_blank_character(behind.front());
    if (trimmed(behind).empty() || is_comment) return *std::move(value);
    return wrong_line(number, "text follows the closing quotation mark; quote the whole value");
  }

  std::string_view rest_;
  int number_ = 0;
  std::vector<EnvLine> lines_;
};

}  // namespace

Result<std::vector<EnvLine>> parse_env_file(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return EnvReader(text).read();
}

std::string_view without_comment(std::string_view text) {
  text = trimmed(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '#') continue;
    const bool follows_blank = i > 0 && is_blank_character(text[i - 1]);
    const bool is_all = i == 0 && (text.size() == 1 || is_blank_character(text[1]));
    if (follows_blank || is_all) return trimmed(text.substr(0, i));
  }
  return text;
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
    const int reason = errno != 0 ? errno : EIO;
    return refuse(Errc::not_found, path + ": " + std::generic_category().message(reason));
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
