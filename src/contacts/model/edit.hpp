#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "contacts/model/card.hpp"
#include "contacts/model/contact.hpp"

namespace kith::contacts {

/// What an edit depends on besides the card.
struct EditContext {
  Time now;  ///< also goes into REV, if the card has one
  /// The simple form as the client sees it; null: `simple_form(card, now)`. Stored fields can
  /// differ from it, as for a birthday that was in the future when it was stored.
  const ContactFields* shown = nullptr;
};

/// Returns `card` with `wanted` as its simple form. Of an explicit card only the lines of the
/// fields that differ from what is shown are written; all others keep their bytes. An implicit card
/// stays implicit. `favorite` is taken over as it is. Fails with `Errc::invalid` if the card would
/// have nothing to show as a name. REQUIRES: `wanted` has passed the rules of its fields.
///
/// Removing the e-mail address or the phone shows the next one of the card, and removing the notes
/// the next NOTE.
Result<Card> edit(const Card& card, const ContactFields& wanted, const EditContext& context);

}  // namespace kith::contacts
