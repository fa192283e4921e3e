#pragma once

#include <cstdint>
#include <span>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// A contact in the trash to delete permanently, as it was read.
struct Erasure {
  AccountId owner;
  ContactId id;
  std::int64_t revision = 0;
};

/// Deletes contacts in the trash permanently, with their history, and leaves a tombstone of each.
/// Returns the number of deleted contacts. Contacts that have changed since they were read keep
/// everything. A history of more than `limits::purge_rows_max` changes is deleted in separate
/// transactions after the contact; if the process ends first, `finish_erasures` continues. Errors:
/// `unavailable` from the store.
Task<Result<int>> erase_contacts(store::Store& store, std::span<const Erasure> erasures);

/// Deletes the history left by interrupted erasures. Errors: `unavailable` from the store.
Task<Result<void>> finish_erasures(store::Store& store);

}  // namespace kith::contacts
