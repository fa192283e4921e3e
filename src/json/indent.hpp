#pragma once

#include <string>
#include <string_view>

namespace kith::json {

/// JSON text with each member and each item on a line of its own, indented by two spaces a level;
/// for files that people review. Empty objects and arrays stay on one line. REQUIRES: `json` is
/// valid and has no white space between its tokens, as `json::write` makes it.
std::string indent(std::string_view json);

}  // namespace kith::json
