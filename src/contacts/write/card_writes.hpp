#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "contacts/model/card.hpp"
#include "contacts/model/projection.hpp"
#include "contacts/write/card_parts.hpp"
#include "contacts/write/contact_state.hpp"
#include "contacts/write/stored_contact.hpp"
#include "store/batch.hpp"

namespace kith::contacts {

/// What a write changes beside the fields of a contact.
struct CardWrite {
  bool moves_revision = true;                ///< bytes or URL change
  std::optional<CardColumns> columns = {};   ///< nullopt: unchanged
  std::optional<Card> card = {};             ///< the explicit card to store; nullopt: unchanged
  CutCard cut = {};                          ///< `card` as it is stored; refers to its bytes
  bool removes_card = false;                 ///< the card becomes implicit
  std::vector<CardPart> new_parts = {};      ///< refer to the bytes of `card`
  std::vector<std::string> lost_parts = {};  ///< their hashes
  std::vector<ContactKey> lost_keys = {};
  std::vector<ContactKey> new_keys = {};
  /// The address book that the contact enters, unless it is the default book. The write is refused
  /// (`conflict`) if the book no longer exists.
  std::optional<std::int64_t> entered_book = {};
  bool leaves_url = false;       ///< the URL that the contact had no longer exists
  std::int64_t added_bytes = 0;  ///< by which the card becomes larger; negative: smaller
  /// For the history (`contact_changes.old_card`). nullopt: the bytes did not change; empty: the
  /// card was implicit; else a `card_patch`.
  std::optional<std::string> old_card = {};

  /// Returns what the creation of a contact writes.
  static CardWrite creation(const ContactState& next);
  /// Returns what differs between two states of a contact.
  static CardWrite change(const StoredContact& current, const ContactState& next);
};

/// Returns whether `next` has the card that `current` has, byte for byte. Generated cards are the
/// same if their fields are.
bool has_same_card(const StoredContact& current, const ContactState& next);

/// Returns whether `next` has the URL that `current` has.
bool has_same_place(const StoredContact& current, const ContactState& next);

/// The contact that statements are for.
struct CardTarget {
  AccountId owner;
  ContactId id;
  /// The revision that the contact has when the statements run; nullopt: that of its account, as a
  /// contact that was created just now. With another revision no statement has an effect.
  std::optional<std::int64_t> revision;
};

/// Adds the statements of a card to the batch that writes its contact: for a change before the
/// contact gets its new revision, for a creation afterwards. REQUIRES: `write` outlives the batch.
void add_card_statements(store::Batch& batch, const CardTarget& target, const CardWrite& write);

/// Adds the insertion of `keys`, which the batch then owns.
void add_keys(store::Batch& batch, const CardTarget& target, std::vector<ContactKey> keys);

/// Adds the insertion of the keys of a new contact, which certainly exists when it runs.
void add_first_keys(store::Batch& batch, const CardTarget& target, const CardWrite& write);

}  // namespace kith::contacts
