#pragma once

#include <exception>
#include <string>

namespace kith {

/// Describes a failure for operators, without the names of C++ functions or classes. Messages of
/// Kith's own errors are kept, without control characters and invalid UTF-8, because they may quote
/// a damaged file.
std::string explain(const std::exception& failed);

}  // namespace kith
