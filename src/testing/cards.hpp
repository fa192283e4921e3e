#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "vcard/document.hpp"

/// Cards for the tests of the vCard engine.
namespace kith::test {

/// Returns the lines, each with the line end.
inline std::string lines(std::initializer_list<std::string_view> all,
                         std::string_view line_end = "\r\n") {
  std::string out;
  for (const std::string_view line : all) out.append(line).append(line_end);
  return out;
}

/// Returns a card of version 3.0 with these lines between VERSION and END.
inline std::string card(std::initializer_list<std::string_view> body,
                        std::string_view version = "3.0") {
  return "BEGIN:VCARD\r\nVERSION:" + std::string(version) + "\r\n" + lines(body) + "END:VCARD\r\n";
}

/// Returns a line in words: a property as `> item1.TEL;HOME:1` (`>` for each level of nesting), a
/// blank one as `blank`, junk as `junk ` and its bytes without the line end.
inline std::string in_words(const vcard::Line& line) {
  std::string out;
  for (int i = 0; i < line.depth; ++i) out += "> ";
  if (line.kind == vcard::LineKind::blank) return out + "blank";
  if (line.kind == vcard::LineKind::junk) {
    const auto end = line.bytes.find_last_not_of("\r\n");
    return out + "junk " + std::string(line.bytes.substr(0, end + 1));
  }
  if (!line.group.empty()) out.append(line.group) += '.';
  return out.append(line.name).append(line.param_text) + ":" + line.value();
}

/// Returns the bytes of all lines, one after the other.
inline std::string joined(const vcard::Document& document) {
  std::string out;
  for (std::size_t i = 0; i < document.size(); ++i) out += document.line(i).bytes;
  return out;
}

}  // namespace kith::test
