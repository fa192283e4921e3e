#pragma once

#include <optional>
#include <vector>

#include "base/time.hpp"
#include "contacts/model/card.hpp"
#include "contacts/model/projection.hpp"
#include "contacts/search/text.hpp"
#include "contacts/write/operation.hpp"
#include "contacts/write/stored_contact.hpp"

namespace kith::contacts {

/// The state that a write gives a contact: its card and what derives from it.
struct ContactState {
  ContactFields fields;
  CardColumns columns;
  std::optional<Card> explicit_card;  ///< nullopt: implicit
  std::vector<ContactKey> keys;       ///< of an explicit card; `keys_of` returns those of any
  std::vector<CardText> texts;        ///< of an explicit card
  bool lacks_texts = false;           ///< `Projection::lacks_texts`

  /// Returns what is searched of the contact. REQUIRES: this outlives it.
  SearchedContact searched() const {
    if (!explicit_card) return fields;
    return {fields, texts, lacks_texts};
  }

  Card card() const { return explicit_card ? *explicit_card : Card(fields); }
};

/// Derives the state of the contact of `operation` from its new card. `before` is its current state
/// (null: none), which keeps its place unless the operation has another.
ContactState derive_state(Card card, const Operation& operation, const StoredContact* before,
                          Time now);

/// Returns the rows of `contact_keys` of a card, sorted.
std::vector<ContactKey> keys_of(const Card& card);

}  // namespace kith::contacts
