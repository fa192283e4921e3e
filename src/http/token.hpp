#pragma once

#include <string_view>

#include "base/digits.hpp"

namespace kith::http {

/// Returns whether `c` may be in a token (RFC 9110, section 5.6.2).
constexpr bool is_token_char(char c) {
  const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return is_letter || is_digit(c) || std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

}  // namespace kith::http
