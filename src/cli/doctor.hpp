#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/settings.hpp"

namespace kith::cli {

/// The state that a check found.
enum class Health : std::uint8_t {
  good,
  doubtful,  ///< it works but needs attention
  ill,       ///< data or a service is faulty
};

/// The result of a check, in plain words.
struct Finding {
  Health health = Health::good;
  std::string what;    ///< `database`
  std::string text;    ///< its state
  std::string advice;  ///< the remedy; empty if there is no fault
};

/// `kith doctor`: checks the installation that the settings describe, also while the server runs,
/// and changes nothing. Prints a line per check. Returns the exit status, 1 when something is ill.
int examine(const app::Settings& settings);

}  // namespace kith::cli
