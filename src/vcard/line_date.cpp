#include "vcard/line_date.hpp"

#include <optional>
#include <utility>

#include "base/digits.hpp"
#include "base/text.hpp"
#include "vcard/line_text.hpp"
#include "vcard/values/value.hpp"

namespace kith::vcard {

namespace {

/// The spelling of a date in a line.
struct Spelling {
  DateForm form = DateForm::extended;
  bool is_truncated = false;     ///< without a year: `--0517`, else with a year that is left out
  std::optional<int> omit_year;  ///< of X-APPLE-OMIT-YEAR
};

/// The spelling that a version has by itself.
Spelling spelling_of(Version version) {
  const bool is_new = version == Version::v4_0;
  return {.form = is_new ? DateForm::basic : DateForm::extended,
          .is_truncated = is_new,
          .omit_year = std::nullopt};
}

Spelling spelling_of(const Line& line) {
  Spelling spelling = spelling_of(line.version);
  for (const Param& param : line.params()) {
    if (param.is(omit_year_param)) spelling.omit_year = read_digits(param.first_value());
  }
  const std::string text = text_of(line);
  if (const auto value = read_date(text)) {
    spelling.form = value->form;
    spelling.is_truncated = spelling.is_truncated || trimmed(text).starts_with("--");
  }
  return spelling;
}

/// Whether the year is written and a parameter says that there is none. That takes a month and a
/// day (`read_date`).
bool is_year_left_out(const PartialDate& date, const Spelling& spelling) {
  return !date.year && date.month && date.day && !spelling.is_truncated;
}

/// Returns the date in a spelling. In 4.0 a date without a year has the basic form alone.
std::string written(PartialDate date, const Spelling& spelling, Version version) {
  const bool is_truncated = !date.year && !is_year_left_out(date, spelling);
  if (is_year_left_out(date, spelling)) date.year = spelling.omit_year.value_or(omitted_year);
  const bool is_basic = is_truncated && version == Version::v4_0;
  return write_date(date, is_basic ? DateForm::basic : spelling.form);
}

NewParam omit_year(const Spelling& spelling) {
  const int year = spelling.omit_year.value_or(omitted_year);
  return {std::string(omit_year_param), {std::to_string(year)}};
}

/// Returns whether a value type stays: a date is a date. In 4.0 VALUE=date excludes dates without a
/// year.
bool keeps_value_type(const Param& param, const PartialDate& date, std::string_view time,
                      Version version) {
  const std::string type = ascii_lower(param.first_value());
  if (type == "date-and-or-time") return true;
  if (!time.empty()) return type == "date-time" || type == "timestamp";
  return type == "date" && (date.year || version != Version::v4_0);
}

}  // namespace

LineEdit with_date(const Line& line, const PartialDate& date, std::string_view time) {
  const Spelling spelling = spelling_of(line);
  const bool omits = is_year_left_out(date, spelling);
  LineEdit edit =
      with_value(line, written(date, spelling, line.version) + write_time(time, spelling.form));
  drop_params(edit, [=, has_time = !time.empty(), version = line.version](const Param& param) {
    if (param.is("VALUE")) return !keeps_value_type(param, date, has_time ? "T" : "", version);
    return param.is(omit_year_param) && !(omits && spelling.omit_year);
  });
  if (omits && !spelling.omit_year) edit.added_params.push_back(omit_year(spelling));
  return edit;
}

NewLine new_date(NewLine line, const PartialDate& date, Version version, std::string_view time) {
  const Spelling spelling = spelling_of(version);
  line.value = written(date, spelling, version) + write_time(time, spelling.form);
  if (is_year_left_out(date, spelling)) line.params.push_back(omit_year(spelling));
  const bool is_v3 = version == Version::v3_0;
  if (is_v3 && !time.empty()) line.params.push_back({"VALUE", {"date-time"}});
  return line;
}

}  // namespace kith::vcard
