#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "contacts/write/operation.hpp"
#include "contacts/write/stored_contact.hpp"

/// Entity tags of contacts. A tag names a revision and the form that was sent, because two forms of
/// one revision differ in their bytes. Tags of the card as it is stored follow `card_revision`,
/// which a favourite does not move; all others follow `revision`.
namespace kith::contacts {

/// A form in which a contact is sent.
enum class Form : std::uint8_t { simple, full, vcard3, vcard4, jscontact, jcard };
constexpr std::array<std::string_view, 6> suffixes_of_forms{"s", "f", "v3", "v4", "js", "jc"};

/// Returns the entity tag of a form: `"17-s"`.
std::string entity_tag(const Contact& contact, Form form);

/// Returns the entity tag of the card as it is stored (`"17-c"`) or generated (`"17-g1"`).
std::string card_tag(const StoredContact& contact);

/// Returns the revision that a tag with this suffix names. No contact has the revision of a tag
/// that `entity_tag` and `card_tag` do not make; a tag without a suffix counts as one of a form.
KnownRevision revision_in_tag(std::int64_t revision, std::string_view suffix);

}  // namespace kith::contacts
