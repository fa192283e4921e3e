#pragma once

#include <string>

namespace kith {

/// Makes the folder `path` for its owner alone (mode 0700 whatever the umask) unless it exists. The
/// folder that it lies in must exist: if it is missing, the path is mistyped or a disk is not
/// mounted, and new data there would hide the old. Throws std::runtime_error, which names the
/// missing folder, and std::system_error.
void make_private_folder(const std::string& path);

}  // namespace kith
