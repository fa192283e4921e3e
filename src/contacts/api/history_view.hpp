#pragma once

#include <vector>

#include "contacts/write/history.hpp"

namespace kith::contacts {

/// Adds to the entries of a history page what their changes did to the members of the contact's
/// card as JSContact, REV (`updated`) left out. Data in the card are named by their hash. Where the
/// card had no bytes of its own, it is the generated card of the simple form. Errors: `not_found`,
/// `unavailable`.
Task<Result<void>> add_card_differences(History& history, AccountId owner, ContactId id,
                                        std::vector<HistoryEntry>& entries);

}  // namespace kith::contacts
