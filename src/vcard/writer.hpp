#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vcard/limits.hpp"
#include "vcard/param.hpp"
#include "vcard/version.hpp"

namespace kith::vcard {

/// A parameter to write.
struct NewParam {
  std::string name;
  std::vector<std::string> values;  ///< decoded; quoted and escaped as the version demands
};

/// A line to write.
struct NewLine {
  std::string name = {};
  std::string value = {};  ///< encoded, on one line: escaped text, base64, quoted-printable
  std::vector<NewParam> params = {};
  std::string group = {};
};

/// Where a long line may be divided.
enum class FoldStyle : std::uint8_t {
  anywhere,     ///< a continuation byte is inserted (3.0, 4.0, base64 of 2.1)
  at_blanks,    ///< before a blank, which begins the continuation (2.1)
  soft_breaks,  ///< behind an inserted `=` (quoted-printable)
};

/// How a line is laid out.
struct LineLayout {
  std::string_view line_end = "\r\n";
  std::size_t fold_width = vcard::fold_width;
  char continuation = ' ';
  FoldStyle style = FoldStyle::anywhere;
};

/// Returns how lines with this encoding are divided.
FoldStyle fold_style(Encoding encoding, Version version);

/// Appends `;NAME=value`. Each TYPE is a parameter of its own, bare in 2.1 and in lower case in
/// 4.0; other parameters have their values in one list. Values with `:`, `;` or `,` are quoted.
/// What a version cannot express (a quote before 4.0, delimiters in 2.1, control characters) is
/// left out; 4.0 has the escapes of RFC 6868.
void append_param(std::string& head, const NewParam& param, Version version);

/// Returns what stands before the colon of a line.
std::string head_of(const NewLine& line, Version version);

/// Appends a line, folded. No UTF-8 sequence and no `=XX` is divided, and no continuation begins
/// with `:`, at which macOS breaks. Line breaks within the value become `\n` (quoted-printable:
/// `=0D=0A`; base64 has none), so that a value cannot begin another line.
void append_line(std::string& out, std::string_view head, std::string_view value,
                 const LineLayout& layout);

/// Writes a card of our own: CRLF, folded at `fold_width`. Its output is a function of the lines
/// alone. The caller writes N and FN, which 3.0 requires (RFC 2426, section 3.1).
class Writer {
 public:
  explicit Writer(Version version);

  /// Appends a line.
  void add(const NewLine& line);

  /// Returns the card, closed.
  std::string finish() &&;

 private:
  Version version_;
  std::string out_;
};

}  // namespace kith::vcard
