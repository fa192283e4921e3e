#pragma once

#include <string_view>

#include "contacts/model/card_lines.hpp"
#include "contacts/model/contact.hpp"
#include "contacts/model/simple_lines.hpp"
#include "vcard/editor.hpp"

namespace kith::contacts {

/// An edit of an explicit card through its simple form: the parts of `edit`, one for each family of
/// fields. Each writes the lines of the fields that differ from what is shown, and no others.
struct CardEdit {
  const CardLines& lines;
  const SimpleLines& simple;  ///< what the card has now
  const ContactFields& shown;
  const ContactFields& wanted;
  vcard::Editor& editor;

  vcard::Version version() const { return lines.document().version(); }
};

/// Writes N and FN. FN follows N if it was made of it.
void edit_names(const CardEdit& edit);

/// Writes the shown EMAIL, removes it, or adds one.
void edit_email(const CardEdit& edit);

/// Writes the shown TEL, removes it, or adds one. A tel URI stays one if it can hold the number.
void edit_phone(const CardEdit& edit);

/// Writes the shown BDAY, else the first one, or removes all.
void edit_birthday(const CardEdit& edit);

/// Writes the first NOTE, removes it, or adds one.
void edit_notes(const CardEdit& edit);

/// Returns a new N with its five components.
vcard::NewLine new_name(std::string_view given, std::string_view family, vcard::Version version);

/// Returns a new BDAY; without a year, Apple's parameter says so before 4.0.
vcard::NewLine new_birthday(const Birthday& birthday, vcard::Version version);

/// Returns a new EMAIL.
vcard::NewLine new_email(std::string_view address, vcard::Version version);

}  // namespace kith::contacts
