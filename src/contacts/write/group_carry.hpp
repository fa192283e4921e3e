#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/write/label_writes.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// A contact whose labels have changed.
struct RelabelledContact {
  std::int64_t book = default_book;
  std::string uid;                  ///< as spelled
  std::vector<std::string> gained;  ///< keys of labels
  std::vector<std::string> lost;
};

/// Carries changed labels over to the group cards of these labels: each gets and loses the lines of
/// its members. A card that has them already stays as it is. Errors: `unavailable` and `disk_full`
/// from the store; the contacts have their labels nevertheless.
Task<Result<void>> carry_to_group_cards(store::Store& store, AccountId owner,
                                        std::vector<RelabelledContact> contacts,
                                        LabelOrigin origin);

}  // namespace kith::contacts
