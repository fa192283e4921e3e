#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/settings.hpp"

namespace kith::cli {

/// The result of a check.
enum class Health : std::uint8_t {
  good,
  doubtful,  ///< it works but needs attention
  ill,       ///< data or a service is faulty
};

/// What a check found, in plain words.
struct Finding {
  Health health = Health::good;
  std::string what;    ///< `database`
  std::string text;    ///< its state
  std::string advice;  ///< what to do; empty when it is good
};

/// `kith doctor`: checks everything that the settings name, also while the server runs, and changes
/// nothing. Prints one line per check. Returns the exit status, 1 when something is ill.
int examine(const app::Settings& settings);

}  // namespace kith::cli
