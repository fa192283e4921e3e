#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/posix_zone.hpp"

namespace kith {

/// The offsets of one time zone from UTC over all of time: the contents of a TZif file (RFC 9636).
class ZoneRules {
 public:
  /// Reads a TZif file of any version. Gives nothing when the file is malformed, or counts leap
  /// seconds, which POSIX clocks do not.
  static std::optional<ZoneRules> parse(std::string_view file);

  /// Seconds east of UTC at `time`, in seconds since 1970-01-01T00:00:00Z.
  int offset_at(std::int64_t time) const;

 private:
  /// The offset from `since` on.
  struct Period {
    std::int64_t since;
    int offset;
  };

  /// Reads the rule for the time after the last period (RFC 9636, section 3.3); false when it is
  /// malformed.
  bool read_footer(std::string_view footer, bool is_expected);

  int first_offset_ = 0;           ///< before the first period
  std::vector<Period> periods_;    ///< in the order of time
  std::optional<PosixZone> last_;  ///< from the last period on, for ever
};

}  // namespace kith
