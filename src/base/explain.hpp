#pragma once

#include <exception>
#include <string>

namespace kith {

/// What failed, in words for operators: never the name of a C++ function or class. Texts of Kith's
/// own errors are kept, without control characters and invalid UTF-8, since they may quote a
/// damaged file.
std::string explain(const std::exception& failed);

}  // namespace kith
