#include "vcard/values/tel.hpp"

#include "base/digits.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"

namespace kith::vcard {

namespace {

constexpr std::string_view scheme = "tel:";

/// Calls `visit` with each `;name=value` of a tel URI.
template <class Visit>
void for_each_parameter(std::string_view uri, Visit&& visit) {
  std::size_t begin = uri.find(';');
  while (begin != std::string_view::npos) {
    const std::size_t end = uri.find(';', begin + 1);
    const std::string_view piece = uri.substr(begin + 1, end - begin - 1);
    const std::size_t equals = std::min(piece.find('='), piece.size());
    visit(ascii_lower(piece.substr(0, equals)), piece.substr(std::min(equals + 1, piece.size())));
    begin = end;
  }
}

bool is_blank_or_digit(char c) { return c == ' ' || is_digit(c); }

/// Returns whether the letter at `at` stands between digits, blanks or the end, so that it is a
/// pause or an extension mark and no part of a word.
bool stands_alone(std::string_view text, std::size_t at) {
  if (at == 0 || !is_blank_or_digit(text[at - 1])) return false;
  constexpr std::string_view after = " .,;#*";
  return at + 1 == text.size() || is_digit(text[at + 1]) || after.contains(text[at + 1]);
}

bool is_extension_word(std::string_view text, std::size_t at) {
  return is_blank_or_digit(text[at - 1]) && ascii_lower(text.substr(at, 3)) == "ext";
}

/// Returns whether dialling stops at `at`, which is not the first character.
bool is_stop(std::string_view text, std::size_t at) {
  switch (text[at]) {
    case ',':
    case ';': return true;
    case 'p':
    case 'P':
    case 'w':
    case 'W':
    case 'x':
    case 'X': return stands_alone(text, at);
    case 'e':
    case 'E': return is_extension_word(text, at);
    default: return false;
  }
}

/// Returns the digits of ` ext. 5`, `x5` or `ext 5`; nothing if there is anything else.
std::optional<std::string_view> extension_of(std::string_view text) {
  text = trimmed(text);
  if (ascii_lower(text.substr(0, 3)) == "ext") {
    text.remove_prefix(3);
    if (text.starts_with('.')) text.remove_prefix(1);
  } else if (text.starts_with('x') || text.starts_with('X')) {
    text.remove_prefix(1);
  } else {
    return std::nullopt;
  }
  text = trimmed(text);
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return {};
  return text;
}

/// Returns `+49 30 1` with hyphens for blanks; nothing if it is no global number of RFC 3966.
std::optional<std::string> global_number(std::string_view text) {
  if (!text.starts_with('+')) return std::nullopt;
  std::string number = "+";
  bool has_digits = false;
  for (const char c : trimmed(text.substr(1))) {
    has_digits = has_digits || is_digit(c);
    if (c == ' ' && number.back() == '-') continue;
    if (!is_digit(c) && !std::string_view("-.() ").contains(c)) return std::nullopt;
    number += c == ' ' ? '-' : c;
  }
  return has_digits ? std::optional(number) : std::nullopt;
}

}  // namespace

std::string decode_percent(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = percent_escaped(text.substr(i));
    if (!byte) {
      out += text[i];
      continue;
    }
    if (*byte != '\0') out += *byte;
    i += percent_escape_bytes - 1;
  }
  return out;
}

bool is_tel_uri(std::string_view text) {
  return ascii_lower(text.substr(0, scheme.size())) == scheme;
}

bool has_hidden_parameters(std::string_view uri) {
  bool found = false;
  for_each_parameter(
      uri, [&](const std::string& name, std::string_view) { found = found || name != "ext"; });
  return found;
}

std::string shown_phone(std::string_view text) {
  text = trimmed(text);
  if (!is_tel_uri(text)) return std::string(text);
  text.remove_prefix(scheme.size());
  std::string shown = decode_percent(text.substr(0, text.find(';')));
  for_each_parameter(text, [&](const std::string& name, std::string_view value) {
    if (name == "ext" && !value.empty()) shown += " ext. " + decode_percent(value);
  });
  return shown;
}

std::string_view dialled(std::string_view shown) {
  bool has_digits = false;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (has_digits && is_stop(shown, i)) return trimmed(shown.substr(0, i));
    has_digits = has_digits || is_digit(shown[i]);
  }
  return shown;
}

std::optional<std::string> tel_uri(std::string_view shown) {
  shown = trimmed(shown);
  const std::string_view main = dialled(shown);
  const std::string_view rest = shown.substr(main.size());
  auto number = global_number(main);
  if (!number) return std::nullopt;
  std::string uri = std::string(scheme) + *number;
  if (trimmed(rest).empty()) return uri;
  const auto extension = extension_of(rest);
  if (!extension) return std::nullopt;
  return uri.append(";ext=").append(*extension);
}

}  // namespace kith::vcard
