#pragma once

#include <string>
#include <vector>

#include "app/settings.hpp"
#include "base/result.hpp"

/// Where settings come from: a file and the process environment.
namespace kith::app {

/// A file of settings.
struct EnvFile {
  std::string path;  ///< as errors and warnings name it
  std::string text;
};

/// What a source says.
struct SourceTexts {
  SettingTexts texts;
  std::vector<std::string> warnings;  ///< of names that look like settings but are unknown
};

/// The settings in a file (env_file.hpp). Names that are no settings are ignored; those that look
/// like one (`KITH_LISTN`, `kith_listen`, `set KITH_LISTEN`) are warned of with the nearest known
/// name. An empty value counts as not set. Errors: as `read_environment`, naming the file.
Result<SourceTexts> read_env_file(const EnvFile& file);

/// The settings in the process environment, with the contents of the files that `_FILE` variables
/// name. Passwords and secret keys are taken as they are. Of other values, quotes around the whole
/// value are removed, since `docker run --env-file` passes them on; an empty value counts as not
/// set. Unknown names are treated as in a file. Errors: `not_found` when a file cannot be read;
/// `invalid` when it is empty, when a secret is given in both forms, and when a comment was passed
/// on.
Result<SourceTexts> read_environment(const char* const* environment);

}  // namespace kith::app
