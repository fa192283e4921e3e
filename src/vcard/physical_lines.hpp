#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "vcard/param.hpp"

namespace kith::vcard {

/// A physical line: what lies between two line ends. A line ends with CRLF, LF, CR, or CRCRLF
/// (written by programs that replaced the LF of a CRLF by another CRLF); the last one may have
/// none.
struct PhysicalLine {
  std::size_t begin = 0;
  std::size_t content_end = 0;  ///< where the line end begins
  std::size_t end = 0;          ///< where the next line begins

  std::size_t content_bytes() const { return content_end - begin; }
};

/// Finds physical lines. Time is linear as long as lines are asked for in order, or a bounded
/// number of times each. REQUIRES: the bytes outlive this object.
class PhysicalLines {
 public:
  explicit PhysicalLines(std::string_view bytes) : bytes_(bytes) {}

  /// Returns the line that begins at `begin`. REQUIRES: begin <= size of the bytes.
  PhysicalLine at(std::size_t begin);

 private:
  /// The first `wanted` from an offset on, remembered: a file without it is searched once.
  struct Found {
    char wanted;
    std::size_t from = 1;
    std::size_t at = 0;
  };

  std::size_t next(Found& found, std::size_t from) const;

  std::string_view bytes_;
  Found cr_{.wanted = '\r'};
  Found lf_{.wanted = '\n'};
};

/// Returns whether the byte begins a continuation line: a blank or a tab.
constexpr bool is_blank_byte(char c) { return c == ' ' || c == '\t'; }

/// Returns the line end at the end of `line`; empty if there is none.
std::string_view line_end_of(std::string_view line);

/// How the physical lines of a value are joined.
struct Unfolding {
  Encoding encoding = Encoding::none;
  bool keeps_blanks = false;  ///< the first byte of a continuation is part of the value (2.1)
};

/// Appends the logical text of `raw`: folds removed; for quoted-printable also soft breaks (`=` at
/// the end of a line; one blank behind it is dropped). A physical line that is no continuation was
/// not folded: it follows a `\n`, or nothing for base64.
void unfold(std::string& out, std::string_view raw, Unfolding how);

}  // namespace kith::vcard
