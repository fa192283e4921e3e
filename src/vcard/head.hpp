#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "vcard/param.hpp"

namespace kith::vcard {

/// The parts of a head: what stands before the colon of a line. Offsets count from the beginning of
/// the text that was searched.
struct Head {
  std::size_t begin = 0;  ///< behind a byte order mark and blanks
  std::size_t name = 0;   ///< behind the group
  std::size_t name_size = 0;
  std::size_t colon = 0;
};

/// The result of looking for a head.
struct HeadSearch {
  enum class Outcome : std::uint8_t {
    found,
    none,        ///< the text is no property, whatever follows
    unfinished,  ///< no colon yet, or only one within a quote that is still open
  };
  Outcome outcome = Outcome::none;
  Head head = {};
  bool is_folded = false;  ///< the head was unfolded first, so offsets count within that text
};

/// Looks for a head at the beginning of a line: `item1.TEL;TYPE="a:b":`. Blanks may follow the
/// name. Where `is_whole`, no more text follows: a quote that is never closed is text.
HeadSearch find_head(std::string_view text, bool is_whole);

/// Removes the first parameter from `text`, which begins with `;`, and returns it without the `;`.
/// REQUIRES: text is not empty.
std::string_view take_param(std::string_view& text);

/// Returns the offset behind the character at `at`, or behind the quoted string that begins there:
/// a quote after `=` or `,` with a closing one before a delimiter. Any other quote is text.
std::size_t skip_quoted(std::string_view text, std::size_t at);

/// Returns the encoding that a value of `ENCODING=` names first, as in `b` or `b,b`.
Encoding encoding_of(std::string_view param_value);

/// Returns the encoding that a bare parameter names.
Encoding bare_encoding(std::string_view word);

/// What the parameters of a line say of its encoding and of the version of its card.
struct HeadTraits {
  Encoding encoding = Encoding::none;
  bool has_type = false;   ///< `TYPE=`, or `ENCODING=b`: a card of 3.0
  bool is_legacy = false;  ///< a bare parameter, or quoted-printable: a card of 2.1
};

/// Returns the traits of `;TYPE=home;PREF`. Allocates nothing.
HeadTraits traits_of(std::string_view param_text);

/// Returns the encoding that a whole head names: `PHOTO;ENCODING=b`.
Encoding encoding_of_head(std::string_view head);

}  // namespace kith::vcard
