#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/posix_zone.hpp"

namespace kith {

/// The UTC offsets of a time zone for all times: the contents of a TZif file (RFC 9636).
class ZoneRules {
 public:
  /// Parses a TZif file of any version. Returns nothing if the file is malformed, or counts leap
  /// seconds, which POSIX clocks do not.
  static std::optional<ZoneRules> parse(std::string_view file);

  /// Returns seconds east of UTC at `time`, which is in seconds since 1970-01-01T00:00:00Z.
  int offset_at(std::int64_t time) const;

 private:
  /// The offset from `since` on.
  struct Period {
    std::int64_t since;
    int offset;
  };

  /// Parses the rule for the time after the last period (RFC 9636, section 3.3). Returns false if
  /// it is malformed.
  bool read_footer(std::string_view footer, bool is_expected);

  int first_offset_ = 0;           ///< before the first period
  std::vector<Period> periods_;    ///< in the order of time
  std::optional<PosixZone> last_;  ///< after the last period
};

}  // namespace kith
