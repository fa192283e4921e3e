#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "vcard/editor.hpp"

/// Texts as lines of a card have them: with the escapes of the version, and in the encoding and the
/// charset of the line.
namespace kith::vcard {

/// Returns a text with the escapes of the line: in 2.1 properties without escapes have none, and
/// delimiters that the line has without a backslash get none.
std::string escaped(const Line& line, std::string_view text);

/// Returns a text as a component of a structured value such as N.
std::string escaped_component(const Line& line, std::string_view text);

/// Returns the edit that gives a line another value, which is UTF-8 with its escapes. The line
/// keeps quoted-printable; another charset becomes UTF-8, and base64 becomes text. In 2.1 a value
/// with line breaks, or with the first letters beyond ASCII, becomes quoted-printable.
LineEdit with_value(const Line& line, std::string value);

/// Returns an edit that keeps the value of a line, for one that changes its parameters. Line breaks
/// of a value that was not folded are then escaped or encoded.
LineEdit with_same_value(const Line& line);

/// Returns the edit that gives a line another text.
LineEdit with_text(const Line& line, std::string_view text);

/// Returns a new line for a text. `line` has its name and parameters.
NewLine new_line(NewLine line, std::string_view text, Version version);

/// Returns a new line for a value, which is UTF-8 with its escapes; in 2.1 quoted-printable if it
/// needs it.
NewLine with_encoding(NewLine line, std::string value, Version version);

/// Extends an edit: parameters that it already drops or that `drops` accepts go.
void drop_params(LineEdit& edit, std::function<bool(const Param&)> drops);

}  // namespace kith::vcard
