#pragma once

#include "app/settings.hpp"

namespace kith::cli {

/// Asks the server that these settings describe for /readyz; 0 when it answers 200. For container
/// and service managers.
int check_health(const app::Settings& settings);

}  // namespace kith::cli
