#pragma once

namespace kith::cli {

/// The command line: reads the settings, runs the command, and gives the exit status (0: done,
/// 1: it failed, 2: the command line or a setting is wrong).
int run_command(int argc, char** argv);

}  // namespace kith::cli
