#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "store/value.hpp"

namespace kith::contacts {

/// Returns the bytes of an answer that each of these contacts takes besides its row, in the same
/// order. The bytes limit the pages of a list (PageReads). Errors: `unavailable` from the store.
using Weigh =
    std::function<Task<Result<std::vector<std::size_t>>>(std::vector<ContactId> contacts)>;

/// Weighs the contacts of all rows, by their column `id`. Empty if `weigh` is null.
Task<Result<std::vector<std::size_t>>> weigh_rows(const Weigh& weigh, const store::Rows& rows);

}  // namespace kith::contacts
