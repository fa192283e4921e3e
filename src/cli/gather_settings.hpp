#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/settings.hpp"
#include "base/result.hpp"

namespace kith::cli {

/// The settings on the command line.
struct SettingFlags {
  app::SettingTexts texts;
  std::string env_file;  ///< empty: the first default file that exists
};

/// The effective settings.
struct GatheredSettings {
  app::Settings settings;
  std::vector<std::string> warnings;  ///< about unknown names
};

/// Returns the settings file to read: `named`, or the first of `defaults` that exists; empty if no
/// file exists. Only a single file is read, so that settings of two installations are never mixed.
std::string choose_file(const std::string& named, std::span<const char* const> defaults);

/// Reads the settings from the command line, the environment and the file: `--env-file`, otherwise
/// `.env` in the working directory, otherwise `/etc/kith/kith.env`. Errors: `not_found` when a file
/// cannot be read, `invalid` with all invalid settings.
Result<GatheredSettings> gather_settings(const SettingFlags& flags);

}  // namespace kith::cli
