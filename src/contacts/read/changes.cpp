#include "contacts/read/changes.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

#include "base/page_reads.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::values;

namespace {

// $2: revision after which changes are listed; $3: revision up to which deletions are left out; $4:
// limit. Living contacts, trash and tombstones each have an index by revision; the three are
// merged.
const Query select_changes{
    "contacts.changes",
    "select r.rev as account_rev, r.forgotten_rev, x.id, x.rev, x.deleted "
    "from account_rev r left join ("
    "select id, rev, 0 as deleted from contacts "
    "where account_id = $1 and rev > $2 and deleted_at is null "
    "union all select id, rev, 1 as deleted from contacts "
    "where account_id = $1 and rev > $2 and rev > $3 and deleted_at is not null "
    "union all select contact_id as id, rev, 1 as deleted from contact_tombstones "
    "where account_id = $1 and rev > $2 and rev > $3 "
    "order by rev limit $4) x on 1 = 1 where r.account_id = $1 order by x.rev",
    // PostgreSQL merges only subqueries with an order and a limit.
    "select r.rev as account_rev, r.forgotten_rev, x.id, x.rev, x.deleted "
    "from account_rev r left join ("
    "select * from (select id, rev, 0 as deleted from contacts "
    "where account_id = $1 and rev > $2 and deleted_at is null order by rev limit $4) living "
    "union all select * from (select id, rev, 1 as deleted from contacts "
    "where account_id = $1 and rev > $2 and rev > $3 and deleted_at is not null "
    "order by rev limit $4) trash "
    "union all select * from (select contact_id as id, rev, 1 as deleted from contact_tombstones "
    "where account_id = $1 and rev > $2 and rev > $3 order by rev limit $4) gone "
    "order by rev limit $4) x on 1 = 1 where r.account_id = $1 order by x.rev"};

constexpr std::string_view question = "changes";

/// The content of a sync token. The client has received all changes up to `revision`. It needs no
/// deletions up to `begun_at`, when its first sync began and it had no contacts.
struct Token {
  std::int64_t revision = 0;
  std::int64_t begun_at = 0;
};

Token token_of(const Position& position) {
  Token token{.revision = position.number};
  const std::string& text = position.key;
  std::from_chars(text.data(), text.data() + text.size(), token.begun_at);
  return token;
}

Position position_of(const Token& token) {
  return {.number = token.revision, .key = std::to_string(token.begun_at)};
}

std::vector<ChangedContact> read_changes(const store::Rows& rows) {
  std::vector<ChangedContact> changes;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    const auto id = store::read_column<std::optional<ContactId>>(rows, "id", row);
    if (!id) break;  // the row has only the account: no changes
    changes.push_back({*id, store::read_column<std::int64_t>(rows, "rev", row),
                       store::read_column<bool>(rows, "deleted", row)});
  }
  return changes;
}

/// Drops the changes whose contacts do not fit into the answer.
Task<Result<void>> bound(ChangePage& page, const Weigh& weigh) {
  if (!weigh) co_return Result<void>();
  std::vector<ContactId> living;
  for (const ChangedContact& change : page.items) {
    if (!change.deleted) living.push_back(change.id);
  }
  const auto bytes = co_await weigh(std::move(living));
  if (!bytes) co_return std::unexpected(bytes.error());
  PageReads budget(limits::page_size_max);
  std::size_t next = 0;  // of `bytes`
  const auto fits = [&](const ChangedContact& change) {
    return budget.take(change.deleted ? 0 : (*bytes)[next++]);
  };
  const auto end = std::ranges::find_if_not(page.items, fits);
  page.has_more = page.has_more || end != page.items.end();
  page.items.erase(end, page.items.end());
  co_return Result<void>();
}

std::unexpected<Error> unknown_token() {
  return std::unexpected(
      Error{.code = Errc::gone,
            .detail = "The sync token is not valid here. Sync from the beginning.",
            .slug = "sync-token-unknown"});
}

std::unexpected<Error> forgotten() {
  return std::unexpected(
      Error{.code = Errc::gone,
            .detail = "The sync token has expired: older deletions are no longer stored. Sync from "
                      "the beginning.",
            .slug = "sync-token-too-old"});
}

}  // namespace

Task<Result<ChangePage>> Changes::since(AccountId owner, ChangesRequest request) {
  // A client without contacts needs no deletions.
  Token token{.begun_at = std::numeric_limits<std::int64_t>::max()};
  if (request.since) {
    const auto position = tokens_.decode(owner, question, *request.since);
    if (!position) co_return unknown_token();
    token = token_of(*position);
  }
  auto rows = co_await store_.read(
      select_changes, values(owner, token.revision, token.begun_at, request.limit + 1));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return account_is_gone();
  const auto newest = store::read_column<std::int64_t>(*rows, "account_rev");
  if (!request.since) token.begun_at = newest;
  const auto forgotten_rev = store::read_column<std::int64_t>(*rows, "forgotten_rev");
  if (forgotten_rev > std::max(token.revision, token.begun_at)) co_return forgotten();
  ChangePage page;
  page.has_more = rows->size() > static_cast<std::size_t>(request.limit);
  if (page.has_more) rows->drop_last();
  page.items = read_changes(*rows);
  const auto bounded = co_await bound(page, request.weigh);
  if (!bounded) co_return std::unexpected(bounded.error());
  token.revision = page.has_more ? page.items.back().revision : newest;
  page.next_token = tokens_.encode(owner, question, position_of(token));
  co_return page;
}

}  // namespace kith::contacts
