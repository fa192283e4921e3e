#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "contacts/model/card.hpp"

namespace kith::contacts {

/// A change of the labels of a contact, by their names (`label_name`). The parts take effect in the
/// order of the members.
struct LabelEdit {
  std::optional<std::pair<std::string, std::string>> renamed = {};  ///< from, to
  std::optional<std::vector<std::string>> exactly = {};             ///< all others are taken off
  std::vector<std::string> removed = {};
  std::vector<std::string> added = {};

  /// Returns whether nothing is asked for.
  bool empty() const { return !renamed && !exactly && removed.empty() && added.empty(); }
};

/// Returns `card` with other values of CATEGORIES; an implicit card that gets a label becomes
/// explicit, with `id` as its UID. Names that are no labels (`is_reserved_label`) stay. Only lines
/// whose values change are written, and their other values keep their spelling; what is added
/// stands behind the last value. `now` goes into REV, if the card has one. Fails with
/// `Errc::invalid` if the card becomes too large.
Result<Card> edit_labels(Card card, const LabelEdit& edit, const ContactId& id, Time now);

}  // namespace kith::contacts
