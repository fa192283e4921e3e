#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/labels/labels.hpp"
#include "contacts/model/card.hpp"
#include "contacts/write/contacts.hpp"
#include "contacts/write/operation.hpp"
#include "store/store.hpp"

/// The group cards that clients write: each is the card of a label.
namespace kith::contacts {

/// A group card to store under a URL.
struct GroupCardPut {
  AccountId owner;
  std::int64_t book = default_book;
  std::string resource;                 ///< the last segment of the URL, decoded
  Card card;                            ///< REQUIRES: `is_group(card)`
  std::vector<std::int64_t> seen = {};  ///< accepted revisions of its label; empty: any
  bool must_be_new = false;             ///< refused when the URL has a card
};

/// The result of a put.
struct StoredGroupCard {
  LabelId label;
  std::int64_t revision = 0;  ///< of the label
  bool is_new = false;        ///< whether the URL had no card before
};

/// Writes group cards, and carries what changes over to the contacts: members that the card gains
/// and loses gain and lose the label in their CATEGORIES, and another name is written there too.
/// Members that no contact of the book has stay in the card and count once such a contact comes.
class GroupCards {
 public:
  /// REQUIRES: both outlive this.
  GroupCards(store::Store& store, Contacts& contacts)
      : store_(store), contacts_(contacts), labels_(store, contacts) {}

  /// Stores the bytes of a group card. At a new URL it becomes the card of the label of its name;
  /// if that has a card already, a label is made with a number behind the name. The same bytes
  /// change nothing. REQUIRES: `origin` has a change group; the book exists. Errors:
  /// `precondition_failed` for `seen` and `must_be_new`; `conflict` with an id when a contact
  /// (`uid-taken`, `resource-taken`) or another group card (`uid-taken`) has the UID or the URL;
  /// `forbidden` (`too-many-labels`); `conflict` when other writers keep changing the label; those
  /// of the store.
  Task<Result<StoredGroupCard>> put(const GroupCardPut& put, Origin origin);

  /// Returns the label whose group card has a URL; nullopt if there is none. Errors: `unavailable`
  /// from the store.
  Task<Result<std::optional<LabelId>>> find(AccountId owner, std::int64_t book,
                                            std::string_view resource);

  /// Deletes a label with its group card, as Labels::remove does: its contacts stay.
  Task<Result<void>> remove(const LabelTarget& target, Origin origin) {
    return labels_.remove(target, origin);
  }

 private:
  class Put;

  store::Store& store_;
  Contacts& contacts_;
  Labels labels_;
};

/// Returns the URL segment of a label that no client gave a group card: `label-<id>.vcf`.
std::string generated_resource(const LabelId& label);

}  // namespace kith::contacts
