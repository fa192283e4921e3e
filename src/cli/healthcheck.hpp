#pragma once

#include "app/settings.hpp"

namespace kith::cli {

/// Requests /readyz from the server that these settings describe; returns 0 if the answer is 200.
/// For container and service managers.
int check_health(const app::Settings& settings);

}  // namespace kith::cli
