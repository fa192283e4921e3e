#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "contacts/write/card_writes.hpp"
#include "contacts/write/contact_state.hpp"
#include "contacts/write/operation.hpp"
#include "contacts/write/stored_contact.hpp"
#include "store/batch.hpp"

namespace kith::contacts {

/// What a write changes in the labels of its contact: the rows of `contact_labels`, which derive
/// from the CATEGORIES of its card and from the group cards that list its UID.
struct LabelWrite {
  std::int64_t book = default_book;
  bool sets_names = false;               ///< the card has other labels, or is in another book
  std::vector<std::string> names = {};   ///< all labels of the card
  std::vector<std::string> had = {};     ///< keys of the card before in the same book, sorted
  std::vector<std::string> gained = {};  ///< keys of `names` that it did not have before
  std::vector<std::string> lost = {};    ///< keys that it has no longer
  bool sets_links = false;               ///< group cards may list it, or list it no longer
  std::string uid = {};                  ///< as spelled

  /// Returns the labels of a new contact.
  static LabelWrite creation(const ContactId& id, const ContactState& next);
  /// Returns what differs between two states of a contact.
  static LabelWrite change(const StoredContact& current, const ContactState& next);
  /// Returns all labels of a contact that comes out of the trash, to the place in `columns`.
  /// REQUIRES: its card was read.
  static LabelWrite restoration(const StoredContact& current, const CardColumns& columns);
};

/// How the statements of a write record the labels that they create.
struct LabelOrigin {
  Origin origin;
  bool keeps_history = true;
};

/// Adds the statements to the batch that writes the contact: for a change before the contact gets
/// its new revision, for a creation afterwards. A name that is new makes a label, unless the
/// account has `labels_max` already. REQUIRES: `write` outlives the batch.
void add_label_statements(store::Batch& batch, const CardTarget& target, const LabelWrite& write,
                          const LabelOrigin& origin);

}  // namespace kith::contacts
