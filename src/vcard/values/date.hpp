#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace kith::vcard {

/// The parts of a calendar date that a card gives. At least one is present.
struct PartialDate {
  std::optional<int> year;   ///< 0 to 9999
  std::optional<int> month;  ///< 1 to 12
  std::optional<int> day;    ///< 1 to 31; exists in `month` and `year` where those are present

  /// Returns whether year, month and day are present.
  bool is_complete() const { return year && month && day; }

  bool operator==(const PartialDate&) const = default;
};

/// The two spellings of ISO 8601: `19900517` (4.0) and `1990-05-17` (3.0).
enum class DateForm : std::uint8_t { basic, extended };

/// A date as a card has it.
struct DateValue {
  PartialDate date;
  DateForm form = DateForm::basic;
  std::string_view time;  ///< the rest, with the `T` and a zone; empty for a date alone
};

/// The year that Apple's programs write where no year is known. They name it in the parameter
/// X-APPLE-OMIT-YEAR, which some programs lose.
inline constexpr int omitted_year = 1604;

/// Reads `BDAY` and similar values: basic, extended or truncated (RFC 6350, section 4.3.1), with or
/// without a time, which never moves the day. The years `omitted_year` and `omit_year` (of
/// X-APPLE-OMIT-YEAR) before a month and a day mean that there is no year. Returns nothing for
/// other texts and for days that do not exist. REQUIRES: `raw` outlives the result.
std::optional<DateValue> read_date(std::string_view raw, std::optional<int> omit_year = {});

/// Returns the date in one of the spellings: `1990-05-17`, `--0517`, `---17`, `1990-05`, `1990`,
/// `--05`. A year with a month is `1990-05` in both.
std::string write_date(const PartialDate& date, DateForm form);

/// Returns a time with its `T` and zone (`DateValue::time`) in one of the spellings: `T103000Z`,
/// `T10:30:00-08:00`. A text that is no time stays as it is.
std::string write_time(std::string_view time, DateForm form);

}  // namespace kith::vcard
