#include "contacts/write/contact_state.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "base/limits.hpp"
#include "contacts/model/card_lines.hpp"
#include "contacts/model/shown_text.hpp"
#include "contacts/model/simple_lines.hpp"
#include "contacts/model/uid.hpp"
#include "crypto/digest.hpp"
#include "image/header.hpp"
#include "vcard/values/value.hpp"

namespace kith::contacts {

namespace {

/// A longer UID is kept in the form of its key, in which a hash replaces the rest.
constexpr std::size_t uid_bytes_max = 1000;

/// Returns whether two cards have the same bytes in every PHOTO.
bool have_same_photo(const Card& a, const Card& b) {
  const auto photos = [](const Card& card) { return card.document().find_all("PHOTO"); };
  return std::ranges::equal(photos(a), photos(b), {}, &vcard::Line::bytes, &vcard::Line::bytes);
}

/// Sets the columns of the photo.
void derive_photo(CardColumns& columns, const Card& card, const StoredContact* before) {
  const bool is_known = before && before->explicit_card;
  if (is_known && have_same_photo(card, *before->explicit_card)) {
    columns.photo_hash = before->columns.photo_hash;
    columns.photo_width = before->columns.photo_width;
    columns.photo_height = before->columns.photo_height;
    return;
  }
  const Photo photo = photo_of(card);
  if (photo.kind != PhotoKind::image) return;
  columns.photo_hash = ByteString{crypto::sha256(photo.content)};
  const auto size = image::dimensions_of(photo.content);
  if (!size) return;
  columns.photo_width = size->width;
  columns.photo_height = size->height;
}

/// Returns the formatted name; nullopt if the card has none, or if it is shown anyway.
std::optional<std::string> display_of(const Card& card, const ContactFields& fields) {
  constexpr auto chars_max = static_cast<std::size_t>(2 * limits::name_chars_max);
  const CardLines lines(card.document());
  for (const vcard::Line& line : by_preference(lines, LineRole::full_name)) {
    std::string name = shown_line(vcard::text_of(line), chars_max);
    if (name.empty()) continue;
    if (name == display_name(fields)) return std::nullopt;
    return name;
  }
  return std::nullopt;
}

/// Returns the UID of a card without one; nullopt: the id.
std::optional<std::string> made_up_uid(const std::optional<std::string>& resource,
                                       const ContactId& id) {
  if (!resource) return std::nullopt;
  std::string uid = uid_of_resource(*resource, id);
  if (uid == id.to_string()) return std::nullopt;
  return uid;
}

/// Sets what derives from an explicit card.
void derive_explicit(ContactState& state, Card card, const ContactId& id,
                     const ProjectionContext& context) {
  Projection projection = project(card, context);
  state.fields = std::move(projection.fields);
  if (projection.is_starred && !state.fields.favorite) state.fields.favorite = true;
  state.keys = std::move(projection.keys);
  state.texts = std::move(projection.texts);
  state.lacks_texts = projection.lacks_texts;
  CardColumns& columns = state.columns;
  columns.has_card = true;
  columns.uid = projection.uid.empty() ? made_up_uid(columns.resource, id)
                                       : std::optional(std::move(projection.uid));
  if (columns.uid) columns.uid_key = uid_key(*columns.uid);
  if (columns.uid && columns.uid->size() > uid_bytes_max) columns.uid = columns.uid_key;
  columns.display = display_of(card, state.fields);
  if (!projection.organization.empty()) {
    columns.organization = std::move(projection.organization);
  }
  state.explicit_card = std::move(card);
}

}  // namespace

ContactState derive_state(Card card, const Operation& operation, const StoredContact* before,
                          Time now) {
  ContactState state;
  CardColumns& columns = state.columns;
  if (before) {
    columns.book = before->columns.book;
    columns.resource = before->columns.resource;
  }
  if (operation.book) columns.book = *operation.book;
  if (operation.resource) columns.resource = operation.resource;
  if (columns.resource == "" || columns.resource == operation.id.to_string() + ".vcf") {
    columns.resource.reset();
  }
  if (!card.is_explicit()) {
    state.fields = simple_form(std::move(card), now);
    return state;
  }
  derive_explicit(state, std::move(card), operation.id, {.now = now});
  derive_photo(columns, *state.explicit_card, before);
  return state;
}

std::vector<ContactKey> keys_of(const Card& card) { return project(card, {}).keys; }

}  // namespace kith::contacts
