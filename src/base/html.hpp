#pragma once

#include <string>
#include <string_view>

namespace kith {

/// Escapes `text` for the content of an HTML element or a quoted attribute value: special
/// characters become character references.
std::string escape_html(std::string_view text);

}  // namespace kith
