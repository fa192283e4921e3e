#include "contacts/model/edit.hpp"

#include <utility>

#include "contacts/model/card_edit.hpp"
#include "contacts/model/card_lines.hpp"
#include "contacts/model/simple_lines.hpp"
#include "vcard/editor.hpp"

namespace kith::contacts {

namespace {

std::unexpected<Error> nameless() {
  return std::unexpected(
      invalid_field("first_name",
                    "is required unless there is a last_name, or another property "
                    "of the card to show as a name"));
}

bool has_name(const ContactFields& fields) { return fields.first_name || fields.last_name; }

/// Returns whether a card has anything to show as a name.
bool shows_name(const Card& card, Time now) {
  return read_simple(CardLines(card.document()), now).name_source != NameSource::none;
}

Result<Card> edit_document(const Card& card, const ContactFields& wanted,
                           const EditContext& context) {
  const CardLines lines(card.document());
  const SimpleLines simple = read_simple(lines, context.now);
  vcard::Editor editor(card.document());
  const CardEdit edit{.lines = lines,
                      .simple = simple,
                      .shown = context.shown ? *context.shown : simple.fields,
                      .wanted = wanted,
                      .editor = editor};
  edit_names(edit);
  edit_email(edit);
  edit_phone(edit);
  edit_birthday(edit);
  edit_notes(edit);
  if (!editor.is_edited()) return card;
  return Card::parse(editor.finish(context.now));
}

}  // namespace

Result<Card> edit(const Card& card, const ContactFields& wanted, const EditContext& context) {
  if (!card.is_explicit()) {
    if (!has_name(wanted)) return nameless();
    return Card(wanted);
  }
  auto edited = edit_document(card, wanted, context);
  if (!edited) return edited;
  if (!has_name(wanted) && !shows_name(*edited, context.now)) return nameless();
  edited->set_favorite(wanted.favorite);
  return edited;
}

}  // namespace kith::contacts
