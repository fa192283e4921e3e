#include "contacts/write/place.hpp"

#include <utility>

#include "contacts/write/book_list.hpp"
#include "contacts/write/taken_names.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::values;

namespace {

const Query select_book{"books.exists",
                        "select number from books where account_id = $1 and number = $2 "
                        "and deleted_at is null"};

// A book may be deleted after `select_book`.
const Query refuse_without_book{
    "books.require",
    "update account_rev set rev = null where account_id = $1 and not exists "
    "(select 1 from books where account_id = $1 and number = $2 and deleted_at is null)"};

bool restores_earlier_state(const Operation& operation) {
  return operation.exact || operation.kind == ChangeKind::restored;
}

/// Checks the book of `columns`.
Task<Result<void>> check_book(store::Store& store, const Placement& placement,
                              CardColumns& columns) {
  const std::int64_t book = columns.book;
  if (book == default_book) co_return Result<void>();
  const auto rows = co_await store.read(select_book, values(placement.owner, book));
  if (!rows) co_return std::unexpected(rows.error());
  if (!rows->empty()) co_return Result<void>();
  if (!restores_earlier_state(placement.operation)) {
    co_return std::unexpected(invalid_field("book", "is not an address book of this account"));
  }
  const auto brought_back = co_await bring_back_book(store, placement.owner, book);
  if (!brought_back) co_return std::unexpected(brought_back.error());
  columns.book = *brought_back;
  co_return Result<void>();
}

Task<Result<void>> check_resource(store::Store& store, const Placement& placement,
                                  CardColumns& columns) {
  const auto holder =
      co_await find_resource_holder(store, {placement.owner, placement.operation.id, columns});
  if (!holder) co_return std::unexpected(holder.error());
  if (!*holder) co_return Result<void>();
  if (!may_get_new_resource(placement.operation)) {
    co_return std::unexpected(resource_taken(**holder));
  }
  columns.resource.reset();
  co_return Result<void>();
}

/// Checks the UID of `columns`: their own, or `fallback`.
Task<Result<void>> check_uid(store::Store& store, const Placement& placement, CardColumns named,
                             std::optional<std::string> fallback) {
  if (!named.uid_key) named.uid_key = std::move(fallback);
  const auto holder =
      co_await find_uid_holder(store, {placement.owner, placement.operation.id, named});
  if (!holder) co_return std::unexpected(holder.error());
  if (*holder) co_return std::unexpected(uid_taken(**holder));
  co_return Result<void>();
}

}  // namespace

Task<Result<void>> check_place(store::Store& store, Placement placement, CardColumns& columns) {
  static const CardColumns none;
  const auto& [owner, operation, current] = placement;
  const CardColumns& before = current ? current->columns : none;
  const bool has_moved = !current || before.book != columns.book;
  if (before.book != columns.book) {
    auto found = co_await check_book(store, placement, columns);
    if (!found) co_return found;
  }
  if (has_moved || before.uid_key != columns.uid_key) {
    // Another contact of the book may have the id of this one as its UID.
    const auto id = has_moved && current ? std::optional(operation.id.to_string()) : std::nullopt;
    auto free = co_await check_uid(store, placement, columns, id);
    if (!free) co_return free;
  }
  if (has_moved || before.resource != columns.resource) {
    co_return co_await check_resource(store, placement, columns);
  }
  co_return Result<void>();
}

Task<Result<void>> check_restored_place(store::Store& store, Placement placement,
                                        CardColumns& columns) {
  auto found = co_await check_book(store, placement, columns);
  if (!found) co_return found;
  auto free = co_await check_uid(store, placement, columns, std::nullopt);
  if (!free) co_return free;
  co_return co_await check_resource(store, placement, columns);
}

void require_book(store::Batch& batch, AccountId owner, std::int64_t book) {
  if (book != default_book) batch.add(refuse_without_book, owner, book);
}

}  // namespace kith::contacts
