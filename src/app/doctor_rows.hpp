#pragma once

#include <vector>

#include "app/doctor.hpp"
#include "base/time.hpp"
#include "store/bulk.hpp"

namespace kith::app {

/// What the rows of different tables say of each other, and of the time. `bulk` has this program's
/// schema. Throws store::Broken.
std::vector<Finding> examine_rows(store::Bulk& bulk, Time now);

}  // namespace kith::app
