#include "contacts/search/rows.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/limits.hpp"
#include "contacts/model/card.hpp"
#include "contacts/model/projection.hpp"
#include "contacts/rows/contact_rows.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;

namespace {

constexpr std::size_t id_bytes = sizeof(ContactId);

// $2: the concatenated ids. In PostgreSQL one plan serves all accounts. A plan for the average
// account would read all of the account's contacts; the offset forces one look-up per id.
const Query select_found{
    "contacts.search_fetch",
    "with recursive n (at) as (select 1 union all select at + 16 from n "
    "where at + 16 <= length($2)) select r.rev as account_rev, r.derived_epoch, " +
        contact_columns("c.") +
        " from account_rev r join n on 1 = 1 left join contacts c on c.account_id = r.account_id "
        "and c.id = substr($2, n.at, 16) and " +
        is_living + " where r.account_id = $1",
    "select r.rev as account_rev, r.derived_epoch, " + contact_columns("c.") +
        " from account_rev r cross join generate_series(1, greatest(1, length($2::bytea)), 16) n "
        "(at) "
        "left join lateral (select * from contacts where account_id = $1 and "
        "id = substr($2::bytea, n.at, 16) and " +
        is_living +
        " offset 0) c on true "
        "where r.account_id = $1"};

static_assert(id_bytes == 16, "the statement above cuts the ids apart");

std::string joined_ids(std::span<const ContactId> ids) {
  std::string joined;
  joined.reserve(ids.size() * id_bytes);
  for (const ContactId& each : ids) joined += each.uuid.bytes();
  return joined;
}

}  // namespace

Task<Result<store::Rows>> read_by_id(store::Store& store, AccountId owner,
                                     std::span<const ContactId> ids, Lane lane) {
  const std::string joined = joined_ids(ids);
  co_return co_await store.read(select_found, values(owner, store::Bytes{joined}), lane);
}

namespace {

using Outdated = std::unordered_map<ContactId, SearchRow*>;

void set_columns(SearchRow& row, SearchColumns columns) {
  row.search_text = std::move(columns.text);
  row.phone_digits = std::move(columns.phone_digits);
}

/// Computes the columns of the contact in row `row`.
void renew_row(const Outdated& outdated, const store::Rows& rows, std::size_t row) {
  const auto id = store::read_column<std::optional<ContactId>>(rows, "id", row);
  const auto found = id ? outdated.find(*id) : outdated.end();
  if (found == outdated.end()) return;
  try {
    set_columns(*found->second, search_columns_of(store::read_row<ContactFields>(rows, row)));
  } catch (const store::DatabaseError& damaged) {
    spdlog::warn("search: contact {} is not found: {}", id->to_string(), damaged.what());
  }
}

// $2: the concatenated ids. Few contacts in the form of an older version have a stored card: only
// an old program that runs beside a new one leaves any.
const Query select_with_card{
    "contacts.search_with_card",
    "with recursive n (at) as (select 1 union all select at + 16 from n "
    "where at + 16 <= length($2)) select k.id from n cross join cards k "
    "where k.account_id = $1 and k.id = substr($2, n.at, 16)",
    "select k.id from generate_series(1, greatest(1, length($2::bytea)), 16) n (at) "
    "cross join lateral (select id from cards where account_id = $1 and "
    "id = substr($2::bytea, n.at, 16) offset 0) k"};
const Query select_card{"contacts.search_card",
                        "select content from cards where account_id = $1 and id = $2"};

/// Computes the columns of a contact from its stored card. What is stored apart from `content` has
/// no text that is searched.
Task<Result<void>> renew_from_card(store::Store& store, AccountId owner, SearchRow& row) {
  const auto rows = co_await store.read(select_card, values(owner, row.id), Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return Result<void>();
  auto card = Card::parse(store::read_column<std::string>(*rows, "content"));
  if (!card) co_return Result<void>();
  const Projection projection = project(*card, {.now = row.created_at});
  set_columns(row,
              search_columns_of({projection.fields, projection.texts, projection.lacks_texts}));
  co_return Result<void>();
}

/// Computes the columns of those of `ids` that have a stored card, which are larger than the rows.
Task<Result<void>> renew_with_card(store::Store& store, AccountId owner, const Outdated& outdated,
                                   std::string_view ids) {
  const auto rows =
      co_await store.read(select_with_card, values(owner, store::Bytes{ids}), Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const auto found = outdated.find(store::read_column<ContactId>(*rows, "id", i));
    if (found == outdated.end()) continue;
    const auto renewed = co_await renew_from_card(store, owner, *found->second);
    if (!renewed) co_return renewed;
  }
  co_return Result<void>();
}

}  // namespace

Task<Result<void>> renew_rows(store::Store& store, AccountId owner, std::vector<SearchRow*> rows) {
  Outdated outdated;
  std::vector<ContactId> ids;
  for (SearchRow* each : rows) {
    if (is_search_text(each->search_text)) continue;
    ids.push_back(each->id);
    outdated[each->id] = each;
  }
  constexpr std::size_t piece_max = limits::derived_rows_max;
  for (std::span<const ContactId> rest = ids; !rest.empty();) {
    const auto piece = rest.first(std::min(rest.size(), piece_max));
    rest = rest.subspan(piece.size());
    const auto found = co_await read_by_id(store, owner, piece, Lane::scan);
    if (!found) co_return std::unexpected(found.error());
    for (std::size_t row = 0; row < found->size(); ++row) renew_row(outdated, *found, row);
    const auto renewed = co_await renew_with_card(store, owner, outdated, joined_ids(piece));
    if (!renewed) co_return renewed;
  }
  co_return Result<void>();
}

}  // namespace kith::contacts
