#pragma once

#include <string>

#include "app/settings.hpp"

namespace kith::cli {

/// What `kith backup`, `kith restore` and `kith copy` were asked.
struct BackupArguments {
  std::string file;
  std::string from;
  std::string to;
  bool force = false;
  bool check_alone = false;
};

// Each prints what it did, or why not on stderr, and gives the exit status.

/// `kith backup FILE`: all that there is at this moment, while the server serves; then the file is
/// read back. With `--check` it only reads a file.
int back_up(const app::Settings& settings, const BackupArguments& arguments);

/// `kith restore FILE`: into an installation without accounts; with `--force` in the place of one.
int restore(const app::Settings& settings, const BackupArguments& arguments);

/// `kith copy --from URL --to URL`: from one database into another.
int copy(const app::Settings& settings, const BackupArguments& arguments);

}  // namespace kith::cli
