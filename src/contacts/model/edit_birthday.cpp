#include "contacts/model/card_edit.hpp"
#include "vcard/line_date.hpp"

namespace kith::contacts {

namespace {

vcard::PartialDate date_of(const Birthday& birthday) {
  return {.year = birthday.year, .month = birthday.month, .day = birthday.day};
}

}  // namespace

vcard::NewLine new_birthday(const Birthday& birthday, vcard::Version version) {
  return vcard::new_date({.name = "BDAY"}, date_of(birthday), version);
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
    edit.editor.replace(index,
                        vcard::with_date(edit.lines.line(index), date_of(*edit.wanted.birthday)));
  }
}

}  // namespace kith::contacts
