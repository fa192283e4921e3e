#include "contacts/search/rows.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>

#include <spdlog/spdlog.h>

#include "base/limits.hpp"
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

}  // namespace

Task<Result<store::Rows>> read_by_id(store::Store& store, AccountId owner,
                                     std::span<const ContactId> ids, Lane lane) {
  std::string joined;
  joined.reserve(ids.size() * id_bytes);
  for (const ContactId& each : ids) joined += each.uuid.bytes();
  co_return co_await store.read(select_found, values(owner, store::Bytes{joined}), lane);
}

namespace {

using Outdated = std::unordered_map<ContactId, SearchRow*>;

/// Computes the text of the contact in row `row`.
void renew_text(const Outdated& outdated, const store::Rows& rows, std::size_t row) {
  const auto id = store::read_column<std::optional<ContactId>>(rows, "id", row);
  const auto found = id ? outdated.find(*id) : outdated.end();
  if (found == outdated.end()) return;
  try {
    found->second->search_text = search_text_of(store::read_row<ContactFields>(rows, row));
  } catch (const store::DatabaseError& damaged) {
    spdlog::warn("search: contact {} is not found: {}", id->to_string(), damaged.what());
  }
}

}  // namespace

Task<Result<void>> renew_texts(store::Store& store, AccountId owner, std::vector<SearchRow*> rows) {
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
    for (std::size_t row = 0; row < found->size(); ++row) renew_text(outdated, *found, row);
  }
  co_return Result<void>();
}

}  // namespace kith::contacts
