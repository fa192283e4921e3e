#pragma once

#include <cstdint>

#include "app/settings.hpp"

namespace kith::app {

/// The steps that a command may take if the data folder has no data.
enum class DataFolder : std::uint8_t {
  existing,     ///< none
  initialized,  ///< put data into an empty folder, unless KITH_DATA_REQUIRED is on
  served,       ///< also create the folder if it is the default
  created,      ///< create any folder, despite KITH_DATA_REQUIRED: `kith init`, `restore`
};

/// Prepares the data folder for a command. A missing folder is an error unless `wanted` permits its
/// creation: usually a disk is not mounted, and new data would hide the old data. Throws
/// std::runtime_error with a message for the operator, and std::system_error.
void prepare_data_folder(const Settings& settings, DataFolder wanted);

}  // namespace kith::app
