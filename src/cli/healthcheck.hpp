#pragma once

#include "app/settings.hpp"

namespace kith::app {

/// Asks the server that these settings describe for /readyz; 0 when it answers 200. For container
/// and service managers.
int check_health(const Settings& settings);

}  // namespace kith::app
