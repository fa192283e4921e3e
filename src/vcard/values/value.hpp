#pragma once

#include <string>
#include <vector>

#include "vcard/document.hpp"
#include "vcard/values/lists.hpp"

namespace kith::vcard {

/// Returns whether backslashes escape in the values of a property: always in 3.0 and 4.0; in 2.1
/// only in N, ADR, ORG, NOTE and lists.
Escapes escapes_of(const Line& line);

/// Returns how the structured value of a line is divided in its version.
Structure structure_of(const Line& line);

/// Returns the separator of the lists of a version: a semicolon in 2.1, else a comma.
char list_separator(Version version);

/// Returns the raw value of a line as valid UTF-8, without quoted-printable, charset and NUL bytes,
/// but with its escapes. Base64 is left as it is.
std::string utf8_value(const Line& line, const ParamMeaning& meaning);

/// Returns the text of a line. Base64 of a named charset is text, too.
std::string text_of(const Line& line, const ParamMeaning& meaning);
std::string text_of(const Line& line);

/// Returns the components of a structured value (N, ADR, ORG).
std::vector<Component> components_of(const Line& line);

/// Returns the values of a list (CATEGORIES, NICKNAME).
std::vector<std::string> list_of(const Line& line);

}  // namespace kith::vcard
