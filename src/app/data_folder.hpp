#pragma once

#include <cstdint>

#include "app/settings.hpp"

namespace kith::app {

/// What a command may do where the data folder has no data.
enum class DataFolder : std::uint8_t {
  existing,     ///< nothing
  initialized,  ///< put data into an empty folder, unless KITH_DATA_REQUIRED is on
  served,       ///< that, and create the folder if it is the default
  created,      ///< create any folder, whatever KITH_DATA_REQUIRED says: `kith init`, `restore`
};

/// Makes the data folder ready for a command. A missing folder is an error, except as `wanted`
/// says: it is usually a disk that is not mounted, and new data would hide the old. Throws
/// std::runtime_error with a text for the operator, std::system_error.
void prepare_data_folder(const Settings& settings, DataFolder wanted);

}  // namespace kith::app
