#include "contacts/trash.hpp"

#include <limits>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "contacts/purge.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::values;

namespace {

// What was deleted last has the highest revision.
const Query select_trash{
    "contacts.trash",
    "select " + store::column_list(TrashedContact::fields()) +
        ", rev from contacts where account_id = $1 and deleted_at is not null and rev < $2 "
        "order by rev desc limit $3"};

constexpr std::string_view question = "trash";

}  // namespace

Task<Result<Slice<TrashedContact>>> Trash::list(AccountId owner, SliceRequest request) {
  Result<Position> after = Position{.number = std::numeric_limits<std::int64_t>::max()};
  if (request.cursor) after = cursors_.decode(owner, question, *request.cursor);
  if (!after) co_return std::unexpected(std::move(after.error()));
  const int limit = request.limit;
  auto rows =
      co_await contacts_.store().read(select_trash, values(owner, after->number, limit + 1));
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  const bool more = rows->size() > static_cast<std::size_t>(limit);
  if (more) rows->drop_last();
  Slice<TrashedContact> slice{store::read_rows<TrashedContact>(*rows), {}};
  if (more) {
    const auto last = store::read_column<std::int64_t>(*rows, "rev", rows->size() - 1);
    slice.next_cursor = cursors_.encode(owner, question, {.number = last});
  }
  co_return slice;
}

namespace {

const Query select_deleted_since{
    "contacts.deleted_since",
    "select id from contacts where account_id = $1 and deleted_at is not null "
    "and deleted_at >= $2 order by rev limit $3"};

}  // namespace

Task<Result<int>> Trash::restore_since(AccountId owner, Time since, Origin origin) {
  constexpr int limit = limits::batch_operations_max;
  for (int restored = 0;;) {
    const auto rows =
        co_await contacts_.store().read(select_deleted_since, values(owner, since, limit));
    if (!rows) co_return std::unexpected(rows.error());
    std::vector<Operation> operations;
    for (std::size_t row = 0; row < rows->size(); ++row) {
      operations.push_back(
          {.kind = ChangeKind::restored, .id = store::read_column<ContactId>(*rows, "id", row)});
    }
    int done = 0;
    for (const auto& result : co_await contacts_.apply_all(owner, operations, origin)) {
      if (!result && result.error().code == Errc::unavailable) {
        co_return std::unexpected(result.error());
      }
      done += result ? 1 : 0;
    }
    restored += done;
    if (rows->size() < static_cast<std::size_t>(limit) || done == 0) co_return restored;
  }
}

namespace {

const Query select_trashed{
    "contacts.get_trashed",
    std::string("select rev from contacts where account_id = $1 and id = $2 and ") + is_in_trash};

}  // namespace

Task<Result<void>> Trash::erase(AccountId owner, ContactId id) {
  const auto rows = co_await contacts_.store().read(select_trashed, values(owner, id));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return no_such_contact();
  const Erasure erasure{owner, id, store::read_column<std::int64_t>(*rows, "rev")};
  const auto erased = co_await erase_contacts(contacts_.store(), {&erasure, 1});
  if (!erased) co_return std::unexpected(erased.error());
  if (*erased == 0) co_return no_such_contact();
  co_return Result<void>();
}

}  // namespace kith::contacts
