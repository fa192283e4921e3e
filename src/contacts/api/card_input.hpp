#pragma once

#include <cstdint>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "contacts/model/card.hpp"
#include "contacts/write/stored_contact.hpp"

/// Cards in requests: JSContact, or a vCard.
namespace kith::contacts {

/// What JSON in a request does to a card.
enum class CardEdit : std::uint8_t {
  replace,       ///< the card becomes what the JSON shows
  merge,         ///< JSON Merge Patch (RFC 7396) of the card as it is shown
  patch_object,  ///< PatchObject (RFC 9553, section 1.4.3) of the card as it is shown
};

/// A card in a request.
struct CardInput {
  std::string_view json;  ///< an object that a parser has accepted
  CardEdit edit = CardEdit::replace;
};

/// Returns the card of the contact `id` after `input`; `current`: null for a new contact. Lines
/// that the input does not change keep their bytes; a card that nothing changes is returned as it
/// is. Errors: `invalid` with JSON Pointers from the beginning of the body (`/card/name`) for a
/// card of the wrong shape, for a changed card without anything to show as a name, and for a card
/// of too many lines.
Result<Card> card_of(const CardInput& input, const ContactId& id, const StoredContact* current,
                     Time now);

}  // namespace kith::contacts
