#include "http/target.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "base/digits.hpp"
#include "base/percent.hpp"
#include "http/request.hpp"

namespace kith::http {

namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// Returns whether `c` may be in a name or an IPv4 address: unreserved, percent-encoded,
/// sub-delims.
bool is_name_char(char c) {
  return is_letter(c) || is_digit(c) || std::string_view("-._~%!$&'()*+,;=").contains(c);
}

/// Returns whether `c` may be in an IP literal between its brackets.
bool is_literal_char(char c) { return is_name_char(c) || c == ':'; }

/// Returns the size of the scheme and its slashes, or 0.
std::size_t scheme_size(std::string_view target) {
  constexpr std::string_view schemes[] = {"http://", "https://"};
  for (const std::string_view scheme : schemes) {
    if (equal_ignoring_case(target.substr(0, scheme.size()), scheme)) return scheme.size();
  }
  return 0;
}

/// Returns whether `c` is unreserved (RFC 3986, section 2.3).
bool is_unreserved(char c) {
  return is_letter(c) || is_digit(c) || std::string_view("-._~").contains(c);
}

/// Returns the percent-encoded unreserved character at the start of `text`, if any.
std::optional<char> encoded_unreserved(std::string_view text) {
  const auto byte = percent_escaped(text);
  return byte && is_unreserved(*byte) ? byte : std::nullopt;
}

/// Decodes unreserved characters in `head[begin, end)` and moves the result to the end of that
/// range. Returns its new beginning.
std::size_t normalize_path(std::string& head, std::size_t begin, std::size_t end) {
  if (!std::string_view(head).substr(begin, end - begin).contains('%')) return begin;
  std::size_t written = begin;
  for (std::size_t read = begin; read < end; ++written) {
    const auto c = encoded_unreserved(std::string_view(head).substr(read, end - read));
    head[written] = c.value_or(head[read]);
    read += c ? percent_escape_bytes : 1;
  }
  std::copy_backward(head.begin() + static_cast<std::ptrdiff_t>(begin),
                     head.begin() + static_cast<std::ptrdiff_t>(written),
                     head.begin() + static_cast<std::ptrdiff_t>(end));
  return begin + (end - written);
}

}  // namespace

bool is_authority(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos || end < 2) return false;
    if (!std::ranges::all_of(text.substr(1, end - 1), is_literal_char)) return false;
    text.remove_prefix(end + 1);
  } else {
    const auto end = std::ranges::find_if_not(text, is_name_char);
    text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  }
  if (text.empty()) return true;
  return text.front() == ':' && std::ranges::all_of(text.substr(1), is_digit);
}

RequestTarget read_target(std::string& head, std::size_t from, std::size_t size) {
  RequestTarget target;
  const std::string_view sent = std::string_view(head).substr(from, size);
  std::size_t begin = scheme_size(sent);
  if (begin > 0) {
    const auto end = std::min(sent.find_first_of("/?#", begin), sent.size());
    const std::string_view authority = sent.substr(begin, end - begin);
    target.is_valid = !authority.empty() && authority.front() != ':' && is_authority(authority);
    begin = end;
    if (end == sent.size() || sent[end] != '/') head[from + --begin] = '/';
  }
  const auto path_end = std::min(sent.find_first_of("?#", begin), sent.size());
  begin = normalize_path(head, from + begin, from + path_end) - from;
  target.text = sent.substr(begin);
  const auto question = target.text.find('?');
  target.path = target.text.substr(0, question);
  if (question != std::string_view::npos) target.query = target.text.substr(question + 1);
  return target;
}

}  // namespace kith::http
