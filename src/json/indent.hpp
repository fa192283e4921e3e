#pragma once

#include <string>
#include <string_view>

namespace kith::json {

/// Returns JSON text with each member and element on its own line, indented by two spaces per
/// level, for files that people review. Empty objects and arrays stay on one line. REQUIRES: `json`
/// is valid and has no white space between its tokens, like the output of `json::write`.
std::string indent(std::string_view json);

}  // namespace kith::json
