#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace kith::cli {

/// The help texts. `kith --help`: the commands, the options, and the settings by topic with their
/// defaults; `kith serve --help`: the settings too; other commands: their own arguments.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
};

/// Returns the commands and a pointer to more help, for `kith` and `kith help`.
std::string short_help(const CLI::App& program);

/// Explains in a line or two why parsing the command line failed. For a mistyped command or option,
/// suggests the nearest known name.
std::string explain_usage(const CLI::App& program, const CLI::ParseError& error);

}  // namespace kith::cli
