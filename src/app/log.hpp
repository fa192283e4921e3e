#pragma once

#include "app/settings.hpp"

namespace kith::app {

/// Sends diagnostics to stderr as text or JSON lines. Access lines go to stdout
/// separately (http/access_log). Log lines must not contain secrets: never log tokens, passwords
/// or complete paths.
void start_logging(const Settings& settings);

}  // namespace kith::app
