#pragma once

namespace kith::cli {

/// Reads the command line and the settings, runs the command, and returns the exit status (0:
/// success, 1: failure, 2: invalid arguments or settings).
int run_command(int argc, char** argv);

}  // namespace kith::cli
