#include "contacts/write/erase.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.hpp"
#include "contacts/write/history_bytes.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;

namespace {

// The changes of a contact, from the revision $2 back, at most $3.
const Query select_chain{
    "contacts.history_chain",
    "with recursive chain (rev, previous_rev, depth) as ("
    "select rev, previous_rev, 1 from contact_changes where account_id = $1 and rev = $2 "
    "union all select h.rev, h.previous_rev, p.depth + 1 from chain p join contact_changes h "
    "on h.account_id = $1 and h.rev = p.previous_rev where p.depth < $3) "
    "select rev from chain order by rev desc"};

// The same while the contact $2 is in the trash at revision $3: from $4 back, at most $5.
const std::string is_of_trashed =
    "rev in (with recursive chain (rev, previous_rev, depth) as ("
    "select rev, previous_rev, 1 from contact_changes where account_id = $1 and rev = $4 "
    "and exists (select 1 from contacts where account_id = $1 and id = $2 and rev = $3 "
    "and deleted_at is not null) "
    "union all select h.rev, h.previous_rev, p.depth + 1 from chain p join contact_changes h "
    "on h.account_id = $1 and h.rev = p.previous_rev where p.depth < $5) select rev from chain)";
const Query uncount_history_of = uncount_query("contacts.uncount_history_of", is_of_trashed);
const Query delete_history_of{
    "contacts.delete_history_of",
    "delete from contact_changes where account_id = $1 and " + is_of_trashed};

/// Adds the deletion of at most `limits::purge_rows_max` changes from `newest` back.
void add_history_deletion(store::Batch& batch, const Erasure& erasure, std::int64_t newest) {
  for (const Query* query : {&uncount_history_of, &delete_history_of}) {
    batch.add(*query, erasure.owner, erasure.id, erasure.revision, newest, limits::purge_rows_max);
  }
}

/// Deletes all but the newest changes of a contact, at most `limits::purge_rows_max`, and returns
/// how many it has left.
Task<Result<std::size_t>> shorten_history(store::Store& store, const Erasure& erasure) {
  constexpr std::size_t piece = limits::purge_rows_max;
  std::vector<std::int64_t> pieces{erasure.revision};  // the newest change of each
  std::size_t left = 0;
  for (bool is_last = false; !is_last;) {
    const auto rows = co_await store.read(
        select_chain, values(erasure.owner, pieces.back(), limits::purge_rows_max + 1), Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    is_last = rows->size() <= piece;
    left = pieces.size() == 1 ? std::min(rows->size(), piece) : left;
    if (!is_last) pieces.push_back(store::read_column<std::int64_t>(*rows, "rev", piece));
  }
  for (; pieces.size() > 1; pieces.pop_back()) {
    store::Batch batch;
    add_history_deletion(batch, erasure, pieces.back());
    const auto written = co_await store.write(erasure.owner, std::move(batch));
    if (!written) co_return std::unexpected(written.error());
  }
  co_return left;
}

// A tombstone has the revision of the deletion: clients have heard of it already.
const Query insert_tombstone{
    "contacts.insert_tombstone",
    "insert into contact_tombstones (account_id, rev, contact_id, deleted_at) "
    "select account_id, rev, id, deleted_at from contacts "
    "where account_id = $1 and id = $2 and rev = $3 and deleted_at is not null"};
const Query uncount_trashed{
    "contacts.uncount_trashed",
    "update account_rev set contact_count = contact_count - 1 where account_id = $1 and exists "
    "(select 1 from contacts where account_id = $1 and id = $2 and rev = $3 "
    "and deleted_at is not null)"};
const Query delete_trashed{"contacts.delete_trashed",
                           "delete from contacts where account_id = $1 and id = $2 and rev = $3 "
                           "and deleted_at is not null returning id"};

/// The erasures of one transaction, all of one account. The store locks the account's row before it
/// looks at anything: a restore at the same moment comes before all of this or after it.
class ErasureBatch {
 public:
  bool has_room(const Erasure& next, std::size_t changes) const {
    return deleted_.empty() ||
           (owner_ == next.owner && deleted_.size() < limits::writes_per_transaction &&
            changes_ + changes <= std::size_t{limits::purge_rows_max});
  }

  /// REQUIRES: the contact has at most `limits::purge_rows_max` changes: `changes`.
  void add(const Erasure& erasure, std::size_t changes) {
    const auto add = [&](const Query& query) {
      return batch_.add(query, erasure.owner, erasure.id, erasure.revision);
    };
    add(insert_tombstone);
    add_history_deletion(batch_, erasure, erasure.revision);
    add(uncount_trashed);
    deleted_.push_back(add(delete_trashed));
    owner_ = erasure.owner;
    changes_ += changes;
  }

  /// Runs what was added and is empty again; how many contacts are erased.
  Task<Result<int>> write(store::Store& store) {
    if (deleted_.empty()) co_return 0;
    const auto written = co_await store.write(owner_, std::exchange(batch_, {}));
    const auto deleted = std::exchange(deleted_, {});
    changes_ = 0;
    if (!written) co_return std::unexpected(written.error());
    co_return static_cast<int>(std::ranges::count_if(
        deleted, [&](store::Batch::Handle each) { return !(*written)[each].empty(); }));
  }

 private:
  AccountId owner_;
  store::Batch batch_;
  std::vector<store::Batch::Handle> deleted_;  ///< tell whether a contact was erased
  std::size_t changes_ = 0;
};

}  // namespace

Task<Result<int>> erase_contacts(store::Store& store, std::span<const Erasure> erasures) {
  std::vector<Erasure> by_owner(erasures.begin(), erasures.end());
  std::ranges::sort(by_owner, {}, &Erasure::owner);
  int erased = 0;
  ErasureBatch batch;
  for (const Erasure& each : by_owner) {
    const auto changes = co_await shorten_history(store, each);
    if (!changes) co_return std::unexpected(changes.error());
    if (!batch.has_room(each, *changes)) {
      const auto done = co_await batch.write(store);
      if (!done) co_return done;
      erased += *done;
    }
    batch.add(each, *changes);
  }
  const auto done = co_await batch.write(store);
  if (!done) co_return done;
  co_return erased + *done;
}

}  // namespace kith::contacts
