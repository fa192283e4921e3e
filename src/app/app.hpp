#pragma once

#include "app/settings.hpp"

namespace kith::app {

/// Serves until SIGTERM or SIGINT, then finishes what is in flight and returns. Throws what keeps
/// the server from starting, with a text for the operator.
void serve(const Settings& settings);

}  // namespace kith::app
