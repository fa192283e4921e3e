#pragma once

#include <string>
#include <string_view>

#include "vcard/editor.hpp"
#include "vcard/values/date.hpp"

/// Dates (BDAY, ANNIVERSARY, X-ABDATE) as lines of a card have them.
namespace kith::vcard {

/// Apple's parameter that names the year of a date without one.
inline constexpr std::string_view omit_year_param = "X-APPLE-OMIT-YEAR";

/// Returns the edit that gives a line another date. The line keeps its spelling, basic or extended.
/// A date without a year is truncated (`--0517`) in 4.0 and where the line was; elsewhere Apple's
/// parameter says so. VALUE stays where it allows the date. `time` stands behind a complete date,
/// with its `T`; empty for a date alone.
LineEdit with_date(const Line& line, const PartialDate& date, std::string_view time = {});

/// Returns a new line for a date, in the spelling of the version. `line` has its name and
/// parameters.
NewLine new_date(NewLine line, const PartialDate& date, Version version,
                 std::string_view time = {});

}  // namespace kith::vcard
