#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "contacts/write/operation.hpp"

namespace kith::contacts {

/// What a change replaced, as the history keeps it.
struct Replaced {
  std::string values = "{}";             ///< `old_values`
  std::optional<std::string> card = {};  ///< `old_card`
};

/// Makes `operation` the change that restores what was replaced. REQUIRES: `operation.seen` is the
/// revision of the change that replaced it, or of a later state with the same card and place.
void restore_replaced(Operation& operation, Replaced replaced, Time now);

/// Returns the bytes of the card before a change, of which `old_card` is in the history and `after`
/// are the bytes after it (nullopt: the card was implicit). Throws store::DatabaseError if they
/// cannot be read.
std::optional<std::string> bytes_before(std::string_view old_card,
                                        const std::optional<std::string>& after);

/// Returns whether a member of `old_values` places or names the card, and is no field.
bool is_card_column(std::string_view name);

}  // namespace kith::contacts
