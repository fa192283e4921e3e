#include "cli/commands.hpp"

int main(int argc, char** argv) { return kith::cli::run_command(argc, argv); }
