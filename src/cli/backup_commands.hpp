#pragma once

#include <string>

#include "app/settings.hpp"

namespace kith::cli {

/// The arguments of `kith backup`, `kith restore` and `kith copy`.
struct BackupArguments {
  std::string file;
  std::string from;
  std::string to;
  bool force = false;
  bool check_alone = false;
};

// Each command prints its result, or an error on stderr, and returns the exit status.

/// `kith backup FILE`: writes a snapshot of all data, also while the server runs, and reads the
/// file back. With `--check` it only verifies a file.
int back_up(const app::Settings& settings, const BackupArguments& arguments);

/// `kith restore FILE`: restores into an installation without accounts, or with `--force` in place
/// of its data. Refused while another process uses the database.
int restore(const app::Settings& settings, const BackupArguments& arguments);

/// `kith copy --from URL --to URL`: copies a database into another. Refused while another process
/// uses the target.
int copy(const app::Settings& settings, const BackupArguments& arguments);

}  // namespace kith::cli
