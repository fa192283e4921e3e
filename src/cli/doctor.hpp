#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/settings.hpp"

namespace kith::cli {

/// How something is.
enum class Health : std::uint8_t {
  good,
  doubtful,  ///< it works, but somebody should look at it
  ill,       ///< data or a service is not as it must be
};

/// What was found of one thing, in plain words.
struct Finding {
  Health health = Health::good;
  std::string what;    ///< `database`
  std::string text;    ///< how it is
  std::string advice;  ///< what to do; empty when it is good
};

/// `kith doctor`: looks at everything that the settings name while the server serves, and changes
/// nothing; one line a thing. The exit status: 1 when something is ill.
int examine(const app::Settings& settings);

}  // namespace kith::cli
