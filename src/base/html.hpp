#pragma once

#include <string>
#include <string_view>

namespace kith {

/// `text` for the content of an HTML element or an attribute value in quotes: characters that have
/// a meaning there become character references.
std::string escape_html(std::string_view text);

}  // namespace kith
