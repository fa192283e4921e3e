#include <chrono>
#include <limits>
#include <utility>
#include <vector>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/limits.hpp"
#include "contacts/write/earlier_state.hpp"
#include "contacts/write/history.hpp"
#include "contacts/write/label_undo.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Lane;
using store::Query;
using store::values;

namespace {

/// The changes that an undo takes back, and the change group of its own changes.
struct UndoPlan {
  std::int64_t change_group = 0;
  std::int64_t target_rev = 0;    ///< the newest change to take back
  std::int64_t target_group = 0;  ///< 0: that change alone

  static constexpr auto fields() {
    return kith::fields(field("change_group", &UndoPlan::change_group),
                        field("target_rev", &UndoPlan::target_rev),
                        field("target_group", &UndoPlan::target_group));
  }
};

/// The account's last change.
struct LastChange {
  std::int64_t rev = 0;
  std::int64_t change_group = 0;
  Time changed_at;

  static constexpr auto fields() {
    return kith::fields(field("rev", &LastChange::rev),
                        field("change_group", &LastChange::change_group),
                        field("changed_at", &LastChange::changed_at));
  }
};

const std::string plan_columns = store::column_list(UndoPlan::fields());

const Query select_undo{
    "contacts.undo_of_request",
    "select " + plan_columns + " from contact_undos where account_id = $1 and request_group = $2"};
/// Returns the last change in a table.
std::string last_change_in(const std::string& table) {
  return "select " + store::column_list(LastChange::fields()) + " from " + table +
         " where account_id = $1 order by rev desc limit 1";
}

const Query select_last_change{
    "contacts.last_change", "select * from (" + last_change_in("contact_changes") +
                                ") x union all select * from (" + last_change_in("label_changes") +
                                ") p order by rev desc limit 1"};
// Selects an undo that made the change group $2, or that began after $4 to take back the change $3.
const Query select_recent_undo{
    "contacts.recent_undo",
    "select " + plan_columns +
        " from contact_undos where account_id = $1 and request_group = change_group "
        "and (change_group = $2 or (target_rev = $3 and begun_at > $4)) "
        "order by begun_at desc limit 1"};
const Query select_change_in_group{
    "contacts.change_in_group",
    "select rev from contact_changes where account_id = $1 and rev = $2 and change_group = $3"};

// If two concurrent undos would take back the same change, only one inserts its row.
const Query insert_undo{
    "contacts.insert_undo",
    "insert into contact_undos (account_id, request_group, change_group, target_rev, "
    "target_group, begun_at) select $1, $2, $3, $4, $5, $6 "
    "where cast($2 as bigint) <> cast($3 as bigint) or not exists "
    "(select 1 from contact_undos where account_id = $1 and target_rev = $4 and begun_at > $7) "
    "on conflict (account_id, request_group) do nothing returning request_group"};
const Query delete_old_undos{"contacts.delete_old_undos",
                             "delete from contact_undos where account_id = $1 and begun_at < $2"};
// The undo has failed: another undo need not be a repeat of it.
const Query age_undo{"contacts.age_undo",
                     "update contact_undos set begun_at = begun_at - $3 "
                     "where account_id = $1 and request_group = $2"};

std::unexpected<Error> something_else_changed() {
  return refuse(Errc::precondition_failed, "Another change was made since. Reload and try again.");
}

/// Decides which changes an undo takes back.
class UndoPlanner {
 public:
  UndoPlanner(store::Store& store, AccountId owner, Origin origin)
      : store_(store), owner_(owner), origin_(origin) {}

  /// Returns the stored plan of this request. Errors: `conflict`, `precondition_failed` as of
  /// History::undo; those of the store.
  Task<Result<UndoPlan>> plan(std::optional<std::int64_t> revision) {
    if (origin_.repeated_since) {
      auto rows = co_await store_.read(select_undo, values(owner_, origin_.change_group));
      if (!rows) co_return std::unexpected(rows.error());
      if (!rows->empty()) co_return store::read_row<UndoPlan>(*rows, 0);
    }
    for (int attempt = 0; attempt < limits::write_attempts_max; ++attempt) {
      const auto plan = co_await choose(revision);
      if (!plan) co_return plan;
      const auto stored = co_await insert(*plan);
      if (!stored) co_return std::unexpected(stored.error());
      if (*stored) co_return plan;
      if (revision) co_return something_else_changed();
    }
    co_return refuse(Errc::conflict, "Other requests keep undoing this change. Try again.");
  }

 private:
  Task<Result<UndoPlan>> choose(std::optional<std::int64_t> revision) {
    const auto rows = co_await store_.read(select_last_change, values(owner_));
    if (!rows) co_return std::unexpected(rows.error());
    if (rows->empty()) co_return refuse(Errc::conflict, "There is nothing to undo.");
    const auto last = store::read_row<LastChange>(*rows, 0);
    const UndoPlan anew{origin_.change_group, last.rev, last.change_group};
    if (!revision) co_return co_await recent(last, anew);
    if (*revision == last.rev) co_return anew;
    if (last.change_group == 0) co_return something_else_changed();
    const auto meant =
        co_await store_.read(select_change_in_group, values(owner_, *revision, last.change_group));
    if (!meant) co_return std::unexpected(meant.error());
    if (meant->empty()) co_return something_else_changed();
    co_return anew;
  }

  /// Returns the undo that `last` belongs to or that is about to take it back, if it is so recent
  /// that this request is a repeat of it; else `anew`.
  Task<Result<UndoPlan>> recent(const LastChange& last, UndoPlan anew) {
    const bool is_fresh = last.changed_at > recent_since();
    const std::int64_t group = is_fresh ? last.change_group : 0;  // no undo has the group 0
    const auto rows =
        co_await store_.read(select_recent_undo, values(owner_, group, last.rev, recent_since()));
    if (!rows) co_return std::unexpected(rows.error());
    if (rows->empty()) co_return anew;
    co_return store::read_row<UndoPlan>(*rows, 0);
  }

  /// Returns whether the plan was stored; if not, another undo of the same change began meanwhile.
  Task<Result<bool>> insert(const UndoPlan& plan) {
    store::Batch batch;
    batch.add(delete_old_undos, owner_, origin_.at - limits::idempotency_key_lifetime);
    const auto inserted = batch.add(insert_undo, owner_, origin_.change_group, plan.change_group,
                                    plan.target_rev, plan.target_group, origin_.at, recent_since());
    const auto written = co_await store_.write(owner_, std::move(batch));
    if (!written && written.error().code == Errc::conflict) co_return account_is_gone();
    if (!written) co_return std::unexpected(written.error());
    co_return !(*written)[inserted].empty();
  }

  Time recent_since() const { return origin_.at - limits::undo_repeat_window; }

  store::Store& store_;
  AccountId owner_;
  Origin origin_;
};

/// A change to take back.
struct TargetChange {
  std::int64_t rev = 0;
  ContactId contact_id;
  ChangeKind kind = ChangeKind::created;
  std::optional<std::string> old_values;
  std::optional<std::string> old_card;

  static constexpr auto fields() {
    return kith::fields(
        field("rev", &TargetChange::rev), field("contact_id", &TargetChange::contact_id),
        field("kind", &TargetChange::kind), field("old_values", &TargetChange::old_values),
        field("old_card", &TargetChange::old_card));
  }
};

// Changes of one group may have others between them, but none is much older ($3, in microseconds)
// than its newest ($2).
const Query select_group_start{
    "contacts.group_start",
    "select coalesce((select rev from contact_changes where account_id = $1 and changed_at < "
    "(select changed_at from contact_changes where account_id = $1 and rev = $2) - $3 "
    "order by rev desc limit 1), 0) as rev"};

const std::string target_columns = store::column_list(TargetChange::fields());

// The next $5 changes of the group $2, newest first, with revisions above $3 and below $4; fewer
// when they are large: the first, and those with less than $6 characters before them.
const Query select_piece{
    "contacts.changes_of_group",
    "select " + target_columns + " from (select " + target_columns +
        ", chars, sum(chars) over (order by rev desc) as chars_so_far from (select " +
        target_columns +
        ", coalesce(length(old_values), 0) + coalesce(octet_length(old_card), 0) as chars "
        "from contact_changes where account_id = $1 and change_group = $2 and rev > $3 and rev < "
        "$4 order by rev desc limit $5) p) x "
        "where chars_so_far - chars < $6 order by rev desc"};

/// Returns the operation that takes `change` back.
Operation inverse_of(TargetChange change, Time now) {
  Operation operation{.id = change.contact_id, .seen = {change.rev}};
  switch (change.kind) {
    case ChangeKind::created:
    case ChangeKind::restored: operation.kind = ChangeKind::deleted; break;
    case ChangeKind::deleted: operation.kind = ChangeKind::restored; break;
    case ChangeKind::changed:
      restore_replaced(operation,
                       {std::move(change.old_values).value_or("{}"), std::move(change.old_card)},
                       now);
      break;
  }
  return operation;
}

/// The account and request that an undo belongs to.
struct Request {
  AccountId owner;
  Origin origin;
};

/// Takes back the changes of a plan, piece by piece. Changes that the plan's change group has
/// already made count as done.
class UndoRun {
 public:
  /// REQUIRES: `store` and `contacts` outlive this.
  UndoRun(store::Store& store, Contacts& contacts, const Request& request, UndoPlan plan)
      : store_(store),
        contacts_(contacts),
        owner_(request.owner),
        plan_(plan),
        origin_(request.origin),
        first_at_(request.origin.at) {
    origin_.change_group = plan.change_group;
    // If two requests run this plan concurrently, each counts the work of the other.
    if (!origin_.repeated_since) origin_.repeated_since = first_at_;
  }

  Task<Result<Undone>> finish() {
    std::int64_t above = plan_.target_rev - 1;
    if (plan_.target_group != 0) {
      const auto start = co_await group_start();
      if (!start) co_return std::unexpected(start.error());
      above = *start;
    }
    origin_.at = now();
    LabelUndo labels(store_, owner_, {origin_});
    const auto restored =
        co_await labels.restore({plan_.target_group, above, plan_.target_rev + 1});
    if (!restored) co_return std::unexpected(restored.error());
    for (std::int64_t below = plan_.target_rev + 1;;) {
      const auto rows =
          co_await store_.read(select_piece,
                               values(owner_, plan_.target_group, above, below,
                                      limits::change_piece_contacts, limits::change_piece_chars),
                               Lane::scan);
      if (!rows) co_return std::unexpected(rows.error());
      if (rows->empty()) break;
      below = store::read_column<std::int64_t>(*rows, "rev", rows->size() - 1);
      if (auto error = co_await take_back(*rows)) co_return std::unexpected(*std::move(error));
      co_await yield();
    }
    const auto deleted = co_await labels.delete_created();
    if (!deleted) co_return std::unexpected(deleted.error());
    result_.undone += labels.undone();
    co_return result_;
  }

 private:
  Task<Result<std::int64_t>> group_start() {
    const std::chrono::microseconds window = limits::undo_window;
    const auto rows = co_await store_.read(
        select_group_start, values(owner_, plan_.target_rev, window.count()), Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    co_return store::read_column<std::int64_t>(*rows, "rev");
  }

  /// Returns an error that is the answer to the whole request.
  Task<std::optional<Error>> take_back(const store::Rows& rows) {
    origin_.at = now();
    std::vector<Operation> operations;
    operations.reserve(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
      operations.push_back(inverse_of(store::read_row<TargetChange>(rows, row), origin_.at));
    }
    for (auto& each : co_await contacts_.apply_all(owner_, operations, origin_)) {
      if (!each && !concerns_one_contact(each.error().code)) co_return std::move(each.error());
      ++(each ? result_.undone : result_.skipped);
    }
    co_return std::nullopt;
  }

  /// Returns the time of the request, advanced by its duration so far.
  Time now() const {
    const std::chrono::microseconds took =
        std::chrono::duration_cast<std::chrono::microseconds>(Steady::now() - begin_);
    return first_at_ + took;
  }

  /// Lets other work run on this loop.
  static Task<void> yield() {
    co_await boost::asio::post(co_await boost::asio::this_coro::executor,
                               boost::asio::use_awaitable);
  }

  using Steady = std::chrono::steady_clock;

  store::Store& store_;
  Contacts& contacts_;
  AccountId owner_;
  UndoPlan plan_;
  Origin origin_;
  Time first_at_;
  Steady::time_point begin_ = Steady::now();
  Undone result_;
};

/// Marks the undo as failed. Best effort: if this fails, the undo counts as a repeat a little
/// longer.
Task<void> mark_failed(store::Store& store, AccountId owner, std::int64_t request_group) {
  const std::chrono::microseconds window = limits::undo_repeat_window;
  static_cast<void>(
      co_await store.write_one(owner, age_undo, values(owner, request_group, window.count())));
}

}  // namespace

Task<Result<Undone>> History::undo(AccountId owner, std::optional<std::int64_t> revision,
                                   Origin origin) {
  if (origin.change_group == 0) origin = as_change_group(origin);
  const auto plan = co_await UndoPlanner(store_, owner, origin).plan(revision);
  if (!plan) co_return std::unexpected(plan.error());
  auto undone = co_await UndoRun(store_, contacts_, {owner, origin}, *plan).finish();
  if (!undone) co_await mark_failed(store_, owner, origin.change_group);
  co_return undone;
}

}  // namespace kith::contacts
