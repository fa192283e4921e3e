#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/date.hpp"
#include "base/time.hpp"

namespace kith {

/// A time zone by its IANA name, such as `Europe/Kyiv`, from the system's time zone data (the
/// folder in TZDIR, else /usr/share/zoneinfo). `UTC` needs no data.
struct Zone {
  /// In JSON Schema: the pattern of zone names.
  static constexpr std::string_view pattern = "^[A-Za-z0-9+_-]+(/[A-Za-z0-9+_-]+)*$";

  std::string text = "UTC";

  /// Accepts names that the time zone data has, in any case; `text` has their own spelling.
  static std::expected<Zone, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  /// Returns the calendar date in the zone at `now`. Each thread caches zones for
  /// `limits::zone_lifetime`, so an update of the time zone data takes effect within that time.
  Date date_at(Time now) const;
};

/// Returns the latest calendar date anywhere on Earth at `now`: that of UTC+14.
Date latest_date(Time now);

/// Returns the folder of the time zone data. Throws std::runtime_error if it has no time zones.
std::string require_zones();

}  // namespace kith
