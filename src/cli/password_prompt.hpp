#pragma once

#include <string>

#include "base/result.hpp"

namespace kith::cli {

/// A new password: asked for twice on the terminal, or a line of standard input when that is no
/// terminal or `from_stdin` is set. A signal that ends the program while the terminal hides its
/// input makes it visible again first. Errors: `invalid` when nothing was read, and when the two
/// differ.
Result<std::string> read_new_password(bool from_stdin);

}  // namespace kith::cli
