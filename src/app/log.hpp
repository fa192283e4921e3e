#pragma once

#include "app/settings.hpp"

namespace kith::app {

/// Sends diagnostics to stderr as text or JSON lines. Access lines go to stdout by themselves
/// (http/access_log). Nothing that is logged may hold a secret: tokens, passwords and whole paths
/// never come this way.
void start_logging(const Settings& settings);

}  // namespace kith::app
