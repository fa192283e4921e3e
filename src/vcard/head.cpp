#include "vcard/head.hpp"

#include <array>

#include "base/text.hpp"
#include "vcard/document.hpp"
#include "vcard/limits.hpp"
#include "vcard/physical_lines.hpp"

namespace kith::vcard {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

constexpr bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// The bytes of names and groups. The underscore is in no RFC but met.
constexpr auto name_bytes = [] {
  std::array<bool, 256> out{};
  for (std::size_t i = 0; i < out.size(); ++i) {
    const char c = static_cast<char>(i);
    out.at(i) = is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
  }
  return out;
}();

bool is_name_byte(char c) { return name_bytes[static_cast<unsigned char>(c)]; }

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank_byte(text[at])) ++at;
  return at;
}

/// Sets the name: all, or what stands behind a group. False: one of them is empty or too long.
bool split_name(Head& head, std::string_view text, std::size_t name_end) {
  const std::string_view whole = text.substr(head.begin, name_end - head.begin);
  const auto dot = whole.find('.');
  const bool has_group = dot != std::string_view::npos;
  if (has_group && (dot == 0 || dot > group_bytes_max)) return false;
  head.name = head.begin + (has_group ? dot + 1 : 0);
  head.name_size = name_end - head.name;
  return head.name_size > 0;
}

struct ColonSearch {
  std::size_t colon = std::string_view::npos;
  bool is_in_quote = false;  ///< the quote is not closed; the colon may be part of it
};

/// The first colon outside quotes.
ColonSearch find_colon(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] != ':') {
    const bool may_open = text[at] == '"' && (text[at - 1] == '=' || text[at - 1] == ',');
    if (may_open && text.find('"', at + 1) == std::string_view::npos) {
      return {.colon = text.find(':', at), .is_in_quote = true};
    }
    at = skip_quoted(text, at);
  }
  return {.colon = at < text.size() ? at : std::string_view::npos};
}

}  // namespace

HeadSearch find_head(std::string_view text, bool is_whole) {
  using enum HeadSearch::Outcome;
  Head head;
  head.begin = skip_blanks(text, text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0);
  std::size_t name_end = head.begin;
  while (name_end < text.size() && is_name_byte(text[name_end])) ++name_end;
  const std::size_t delimiter = skip_blanks(text, name_end);
  if (delimiter == text.size()) return {is_whole ? none : unfinished};
  if (text[delimiter] != ':' && text[delimiter] != ';') return {none};
  if (!split_name(head, text, name_end)) return {none};
  const ColonSearch search = find_colon(text, delimiter);
  const bool is_unsure = search.is_in_quote || search.colon == std::string_view::npos;
  if (is_unsure && !is_whole) return {unfinished};
  if (search.colon == std::string_view::npos) return {none};
  head.colon = search.colon;
  return {found, head};
}

std::size_t skip_quoted(std::string_view text, std::size_t at) {
  const bool is_open = text[at] == '"' && (at == 0 || text[at - 1] == '=' || text[at - 1] == ',');
  if (!is_open) return at + 1;
  const auto close = text.find('"', at + 1);
  if (close == std::string_view::npos) return at + 1;
  const bool is_closed = close + 1 == text.size() ||
                         std::string_view(";:, \t").find(text[close + 1]) != std::string_view::npos;
  return is_closed ? close + 1 : at + 1;
}

std::string_view take_param(std::string_view& text) {
  std::size_t end = 1;
  while (end < text.size() && text[end] != ';') end = skip_quoted(text, end);
  const std::string_view param = text.substr(1, end - 1);
  text.remove_prefix(end);
  return param;
}

HeadTraits traits_of(std::string_view param_text) {
  HeadTraits traits;
  for (std::size_t count = 0; !param_text.empty() && count < params_max; ++count) {
    const std::string_view param = trimmed(take_param(param_text), " \t");
    const auto equals = param.find('=');
    Encoding encoding = Encoding::none;
    if (equals == std::string_view::npos) {
      traits.is_legacy = traits.is_legacy || !param.empty();
      encoding = bare_encoding(param);
    } else {
      const std::string_view name = trimmed(param.substr(0, equals), " \t");
      traits.has_type = traits.has_type || same_name(name, "TYPE");
      const std::string_view value = param.substr(equals + 1);
      if (same_name(name, "ENCODING")) encoding = encoding_of(value);
      const bool is_b = same_name(value.substr(0, value.find(',')), "B");
      traits.has_type = traits.has_type || (encoding == Encoding::base64 && is_b);
    }
    traits.is_legacy = traits.is_legacy || encoding == Encoding::quoted_printable;
    if (traits.encoding == Encoding::none) traits.encoding = encoding;
  }
  return traits;
}

Encoding encoding_of_head(std::string_view head) {
  const auto params = head.find(';');
  return params == std::string_view::npos ? Encoding::none
                                          : traits_of(head.substr(params)).encoding;
}

}  // namespace kith::vcard
