#pragma once

#include <string>

#include "base/result.hpp"

namespace kith::cli {

/// Reads a new password: twice from the terminal, or a line of standard input if that is not a
/// terminal or `from_stdin` is set. Signals that end the program restore the terminal's echo first.
/// Errors: `invalid` when nothing was read, or when the two passwords differ.
Result<std::string> read_new_password(bool from_stdin);

}  // namespace kith::cli
