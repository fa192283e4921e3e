#pragma once

#include <cstdint>
#include <span>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// A contact in the trash that is to be deleted permanently, as it was seen.
struct Erasure {
  AccountId owner;
  ContactId id;
  std::int64_t revision = 0;
};

/// Erases contacts in the trash with their history and leaves a tombstone of each; how many. Those
/// that have changed since they were seen are left alone. A history of more than
/// `limits::purge_rows_max` changes is deleted in several transactions, the oldest changes first:
/// if this is interrupted, or the contact restored meanwhile, only the newer ones are left.
/// Errors: `unavailable` from the store.
Task<Result<int>> erase_contacts(store::Store& store, std::span<const Erasure> erasures);

}  // namespace kith::contacts
