#include "contacts/write/trash.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/limits.hpp"
#include "contacts/rows/contact_rows.hpp"
#include "contacts/write/erase.hpp"
#include "store/page_rows.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::values;

namespace {

// The last deletion has the highest revision.
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
  Slice<TrashedContact> slice;
  PageReads page(request.limit);
  while (const int count = page.next_read()) {
    auto rows = co_await store_.read(select_trash, values(owner, after->number, count));
    if (!rows) co_return std::unexpected(std::move(rows.error()));
    const auto more = co_await weigh_rows(request.weigh, *rows);
    if (!more) co_return std::unexpected(more.error());
    const bool has_ended = store::take_rows(page, *rows, *more);
    std::ranges::move(store::read_rows<TrashedContact>(*rows), std::back_inserter(slice.items));
    if (!rows->empty()) {
      after->number = store::read_column<std::int64_t>(*rows, "rev", rows->size() - 1);
    }
    if (has_ended) break;
  }
  if (page.has_more()) slice.next_cursor = cursors_.encode(owner, question, *after);
  co_return slice;
}

namespace {

// Selects in the order of the trash's index, after the revision $3.
const Query select_deleted_since{
    "contacts.deleted_since",
    "select id, rev from contacts where account_id = $1 and deleted_at is not null "
    "and deleted_at >= $2 and rev > $3 order by rev limit $4"};
// Counts the changes of the change group $2 that are not older than $3.
const Query count_restored{
    "contacts.count_restored",
    "select count(*) as restored from contact_changes where account_id = $1 and change_group = $2 "
    "and kind = 'restored' and rev > coalesce((select rev from contact_changes "
    "where account_id = $1 and changed_at < $3 order by rev desc limit 1), 0)"};

/// Returns the number of contacts that an earlier attempt of this request has restored.
Task<Result<int>> restored_before(store::Store& store, AccountId owner, const Origin& origin) {
  if (!origin.repeated_since) co_return 0;
  const auto rows = co_await store.read(count_restored,
                                        values(owner, origin.change_group, *origin.repeated_since),
                                        store::Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  co_return store::read_column<int>(*rows, "restored");
}

std::vector<Operation> restorations_of(const store::Rows& rows) {
  std::vector<Operation> operations;
  operations.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    operations.push_back(
        {.kind = ChangeKind::restored, .id = store::read_column<ContactId>(rows, "id", row)});
  }
  return operations;
}

}  // namespace

Task<Result<int>> Trash::restore_since(AccountId owner, Time since, Origin origin) {
  auto restored = co_await restored_before(store_, owner, origin);
  if (!restored) co_return restored;
  for (std::int64_t above = 0;;) {
    const auto rows = co_await store_.read(
        select_deleted_since, values(owner, since, above, limits::change_piece_contacts),
        store::Lane::scan);  // skips earlier deletions
    if (!rows) co_return std::unexpected(rows.error());
    if (rows->empty()) co_return restored;
    above = store::read_column<std::int64_t>(*rows, "rev", rows->size() - 1);
    origin.at = std::max(origin.at, Clock().now());
    for (auto& result : co_await contacts_.apply_all(owner, restorations_of(*rows), origin)) {
      if (!result && !concerns_one_contact(result.error().code)) {
        co_return std::unexpected(std::move(result.error()));
      }
      *restored += result ? 1 : 0;
    }
    // Lets other work run on this loop between two pieces.
    co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                               boost::asio::use_awaitable);
  }
}

namespace {

const Query select_trashed{"contacts.get_trashed",
                           "select " + stored_contact_columns() +
                               " from contacts where account_id = $1 and id = $2 and " +
                               is_in_trash};

}  // namespace

Task<Result<void>> Trash::erase(AccountId owner, const Operation& operation) {
  const auto rows = co_await store_.read(select_trashed, values(owner, operation.id));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return no_such_contact();
  const StoredContact contact = read_stored_contact(*rows, 0);
  if (auto error = failed_condition(operation, contact)) {
    co_return std::unexpected(*std::move(error));
  }
  const Erasure erasure{owner, operation.id, contact.revision};
  const auto erased = co_await erase_contacts(store_, {&erasure, 1});
  if (!erased) co_return std::unexpected(erased.error());
  if (*erased == 0) co_return no_such_contact();
  co_return Result<void>();
}

}  // namespace kith::contacts
