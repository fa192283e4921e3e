#include "contacts/model/card_edit.hpp"
#include "vcard/line_text.hpp"

namespace kith::contacts {

void edit_notes(const CardEdit& edit) {
  if (edit.wanted.notes == edit.shown.notes) return;
  const auto& index = edit.simple.note;
  if (!edit.wanted.notes) {
    if (index) edit.editor.remove(*index);
  } else if (index) {
    edit.editor.replace(*index, with_text(edit.lines.line(*index), *edit.wanted.notes));
  } else {
    edit.editor.add(new_line({.name = "NOTE"}, *edit.wanted.notes, edit.version()));
  }
}

}  // namespace kith::contacts
