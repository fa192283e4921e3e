#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "contacts/model/card.hpp"
#include "contacts/model/contact.hpp"

/// Everything that is derived from a card. Total: any card has a projection. Time is linear in the
/// card; the limits are those of vcard/limits.hpp.
namespace kith::contacts {

/// What an entry of `contact_keys` is; the numbers are stored.
enum class KeyKind : std::uint8_t {
  email = 1,  ///< folded
  phone = 2,  ///< `phone_keys`
  name = 3,   ///< the folded display name
};

/// An exact look-up of a contact, for duplicates.
struct ContactKey {
  KeyKind kind = KeyKind::email;
  std::string key;

  auto operator<=>(const ContactKey&) const = default;
};

/// What a searchable text is.
enum class TextKind : std::uint8_t {
  name,  ///< FN, the components of N in their order, phonetic and sorting forms
  nickname,
  organization,  ///< with its units
  title,         ///< TITLE, ROLE
  email,
  phone,  ///< as shown
  url,
  im,  ///< IMPP, social profiles
  address,
  label,  ///< CATEGORIES
  note,
};

/// A searchable text: valid UTF-8, normalized, without control characters other than newline.
struct CardText {
  TextKind kind = TextKind::name;
  std::string text;

  bool operator==(const CardText&) const = default;
};

/// What the first PHOTO that has anything to show is.
enum class PhotoKind : std::uint8_t {
  none,
  image,    ///< bytes of an image: `photo_of`
  address,  ///< a URI, which the server never fetches
};

/// What is derived from a card.
struct Projection {
  ContactFields fields;          ///< the simple form
  std::string organization;      ///< the first component of the first ORG; may be empty
  std::string uid;               ///< as spelled, of the first UID with text; empty: none
  std::vector<ContactKey> keys;  ///< sorted, without duplicates
  std::vector<CardText> texts;   ///< in the order of the card, without duplicates in a row
  bool lacks_texts = false;      ///< whether the card has more texts than the limits allow
  PhotoKind photo = PhotoKind::none;
  bool is_starred = false;  ///< CATEGORIES has Google's `starred`
};

/// What a projection depends on besides the card.
struct ProjectionContext {
  Time now;              ///< birthdays after its date are not shown
  int country_code = 0;  ///< calling code for national numbers; 0: unknown
};

/// Returns everything that is derived from a card.
Projection project(const Card& card, const ProjectionContext& context);

/// The photo of a card.
struct Photo {
  PhotoKind kind = PhotoKind::none;
  std::string content;                   ///< the bytes of the image, or the address
  std::string media_type;                ///< of an image, by its first bytes: `image/jpeg`
  std::optional<std::size_t> line = {};  ///< the index of its PHOTO
};

/// Returns the photo of a card: the first PHOTO that is an image, else the first address.
Photo photo_of(const Card& card);

}  // namespace kith::contacts
