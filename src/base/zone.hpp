#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "base/date.hpp"
#include "base/time.hpp"

namespace kith {

/// A time zone by its IANA name, such as `Europe/Kyiv`. libstdc++ 12 has no time zones: ICU's.
struct Zone {
  std::string text = "UTC";

  static std::expected<Zone, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  /// The day that the calendar on the wall shows there at `now`.
  Date date_at(Time now) const;
};

}  // namespace kith
