#pragma once

#include <vector>

#include "app/backups.hpp"
#include "app/settings.hpp"
#include "blob/blobs.hpp"
#include "jobs/runner.hpp"

namespace kith::app {

/// Returns the table of all periodic jobs. REQUIRES: the arguments outlive the jobs.
std::vector<jobs::Job> all_jobs(const Settings& settings, blob::Blobs& blobs, Backups& backups);

}  // namespace kith::app
