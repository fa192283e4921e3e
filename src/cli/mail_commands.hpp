#pragma once

#include <string>

#include "app/settings.hpp"

namespace kith::cli {

/// `kith mail test`: sends a mail to `address` at once, bypassing the outbox. Prints its
/// destination, or the error on stderr, and returns the exit status.
int send_test_mail(const app::Settings& settings, const std::string& address);

/// `kith mail show`: prints the newest mail that was written as a file because no mail server is
/// set, and returns the exit status.
int show_newest_mail(const app::Settings& settings);

}  // namespace kith::cli
