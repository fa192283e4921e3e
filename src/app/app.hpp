#pragma once

#include "app/settings.hpp"

namespace kith::app {

/// Serves until SIGTERM or SIGINT, then drains the requests in flight and returns. Creates the data
/// as `DataFolder::served` says. Throws when the server cannot start, with a message for the
/// operator.
void serve(const Settings& settings);

}  // namespace kith::app
