#include "http/form.hpp"

#include <string>

#include "base/digits.hpp"
#include "base/limits.hpp"
#include "base/percent.hpp"
#include "base/text.hpp"

namespace kith::http {

namespace {

Error malformed_form(std::string detail) {
  return {.code = Errc::malformed, .detail = std::move(detail)};
}

}  // namespace

std::optional<std::string> form_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i] == '+' ? ' ' : text[i]);
      continue;
    }
    const auto byte = percent_escaped(text.substr(i));
    if (!byte) return std::nullopt;
    out.push_back(*byte);
    i += percent_escape_bytes - 1;
  }
  if (!is_valid_utf8(out)) return std::nullopt;
  return out;
}

std::optional<Error> read_form(std::string_view text, Filler& filler, BlankValues blank) {
  for (std::size_t count = 0; !text.empty(); ++count) {
    if (count == limits::query_parameters_max)
      return malformed_form("There are too many parameters.");
    const auto end = text.find('&');
    const std::string_view pair = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto name = form_decode(pair.substr(0, equals));
    const auto value = form_decode(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
    if (!name || !value) {
      return malformed_form(
          "A parameter is not percent-encoded UTF-8: every % must be followed by two "
          "hexadecimal digits.");
    }
    filler.put(*name, Word{*value, blank == BlankValues::absent});
  }
  return std::nullopt;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view hex_digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~') {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(hex_digits[byte >> 4]);
    out.push_back(hex_digits[byte & 0x0F]);
  }
  return out;
}

}  // namespace kith::http
