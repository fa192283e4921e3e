#pragma once

#include <string>
#include <vector>

#include "app/settings.hpp"
#include "base/result.hpp"

/// Where settings come from: a file and the process environment.
namespace kith::app {

/// A settings file.
struct EnvFile {
  std::string path;  ///< as shown in errors and warnings
  std::string text;
};

/// The content of a source.
struct SourceTexts {
  SettingTexts texts;
  std::vector<std::string> warnings;  ///< of names that look like settings but are unknown
};

/// Reads the settings in a file (env_file.hpp). Other names are ignored; names that look like
/// settings (`KITH_LISTN`, `kith_listen`, `set KITH_LISTEN`) cause a warning with the nearest known
/// name. An empty value counts as not set. Errors: as `read_environment`, naming the file.
Result<SourceTexts> read_env_file(const EnvFile& file);

/// Reads the settings in the process environment, and the files that `_FILE` variables name.
/// Passwords and secret keys are taken literally. Quotes around other values are removed, because
/// `docker run --env-file` passes them on; an empty value counts as not set. Unknown names are
/// treated as in a file. Errors: `not_found` when a file cannot be read; `invalid` when it is
/// empty, when a secret is given in both forms, and when the value contains a comment.
Result<SourceTexts> read_environment(const char* const* environment);

}  // namespace kith::app
