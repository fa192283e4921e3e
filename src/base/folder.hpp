#pragma once

#include <string>

namespace kith {

/// Creates the folder `path` with permissions for its owner only (mode 0700, regardless of the
/// umask) unless it exists. The parent folder must exist: if it is missing, the path is mistyped or
/// a disk is not mounted, and new data there would hide the old. Throws std::runtime_error, which
/// names the missing folder, and std::system_error.
void make_private_folder(const std::string& path);

}  // namespace kith
