#include <optional>
#include <string>

#include "base/digits.hpp"
#include "base/text.hpp"
#include "contacts/model/card_edit.hpp"
#include "contacts/model/line_text.hpp"
#include "vcard/values/date.hpp"
#include "vcard/values/value.hpp"

namespace kith::contacts {

namespace {

using vcard::DateForm;
using vcard::Line;
using vcard::LineEdit;
using vcard::NewLine;
using vcard::Param;
using vcard::Version;

constexpr std::string_view omit_year_param = "X-APPLE-OMIT-YEAR";

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
  const std::string text = vcard::text_of(line);
  if (const auto value = vcard::read_date(text)) {
    spelling.form = value->form;
    spelling.is_truncated = spelling.is_truncated || trimmed(text).starts_with("--");
  }
  return spelling;
}

/// Returns the date in a spelling. In 4.0 a date without a year has the basic form alone.
std::string written(const Birthday& birthday, const Spelling& spelling, Version version) {
  vcard::PartialDate date{.year = birthday.year, .month = birthday.month, .day = birthday.day};
  const bool is_truncated = !date.year && spelling.is_truncated;
  if (!date.year && !is_truncated) date.year = spelling.omit_year.value_or(vcard::omitted_year);
  const bool is_basic = is_truncated && version == Version::v4_0;
  return vcard::write_date(date, is_basic ? DateForm::basic : spelling.form);
}

bool is_year_left_out(const Birthday& birthday, const Spelling& spelling) {
  return !birthday.year && !spelling.is_truncated;
}

vcard::NewParam omit_year(const Spelling& spelling) {
  const int year = spelling.omit_year.value_or(vcard::omitted_year);
  return {std::string(omit_year_param), {std::to_string(year)}};
}

/// Returns whether a value type stays: a date is a date. In 4.0 VALUE=date excludes dates without a
/// year.
bool keeps_value_type(const Param& param, const Birthday& birthday, Version version) {
  const std::string type = ascii_lower(param.first_value());
  if (type == "date-and-or-time") return true;
  return type == "date" && (birthday.year || version != Version::v4_0);
}

LineEdit with_birthday(const Line& line, const Birthday& birthday) {
  const Spelling spelling = spelling_of(line);
  const bool omits = is_year_left_out(birthday, spelling);
  LineEdit edit = with_value(line, written(birthday, spelling, line.version));
  drop_params(edit, [=, version = line.version](const Param& param) {
    if (param.is("VALUE")) return !keeps_value_type(param, birthday, version);
    return param.is(omit_year_param) && !(omits && spelling.omit_year);
  });
  if (omits && !spelling.omit_year) edit.added_params.push_back(omit_year(spelling));
  return edit;
}

}  // namespace

NewLine new_birthday(const Birthday& birthday, Version version) {
  const Spelling spelling = spelling_of(version);
  NewLine line{.name = "BDAY", .value = written(birthday, spelling, version)};
  if (is_year_left_out(birthday, spelling)) line.params.push_back(omit_year(spelling));
  return line;
}

void edit_birthday(const CardEdit& edit) {
  if (edit.wanted.birthday == edit.shown.birthday) return;
  const auto lines = edit.lines.of(LineRole::birthday);
  if (!edit.wanted.birthday) {
    for (const std::size_t index : lines) edit.editor.remove(index);
  } else if (lines.empty()) {
    edit.editor.add(new_birthday(*edit.wanted.birthday, edit.version()));
  } else {
    const std::size_t index = edit.simple.birthday.value_or(lines.front());
    edit.editor.replace(index, with_birthday(edit.lines.line(index), *edit.wanted.birthday));
  }
}

}  // namespace kith::contacts
