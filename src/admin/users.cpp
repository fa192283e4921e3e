#include "admin/users.hpp"

#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "store/rows.hpp"

namespace kith::admin {

using accounts::Action;
using accounts::AuditEntry;
using store::Query;
using store::values;

namespace {

const std::string select_users =
    "select " + store::column_list(Account::fields(), "a.") +
    ", r.contact_count, (select max(s.last_used_at) from sessions s where s.account_id = a.id) "
    "as last_used_at from accounts a join account_rev r on r.account_id = a.id where ";

const Query select_page{"users.list",
                        select_users +
                            "a.id < $1 and ($2 = '' or a.role = $2) "
                            "and ($3 = '' or a.status = $3) order by a.id desc limit $4"};
const Query select_user{"users.get", select_users + "a.id = $1"};

template <class E>
std::string_view name_or_all(const std::optional<E>& value) {
  return value ? name_of(*value) : std::string_view();
}

}  // namespace

Task<Result<std::vector<User>>> list_users(store::Store& store, UserFilter filter) {
  const std::string wanted = fold(filter.text);
  const std::string_view role = name_or_all(filter.role);
  const std::string_view status = name_or_all(filter.status);
  const auto enough = static_cast<std::size_t>(filter.limit) + 1;
  const int rows_max = wanted.empty() ? filter.limit + 1 : limits::purge_rows_max;
  AccountId before = filter.before.value_or(AccountId::last());
  for (std::vector<User> found;;) {
    const auto rows =
        co_await store.read(select_page, values(before, role, status, rows_max), store::Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    for (User& user : store::read_rows<User>(*rows)) {
      before = user.id;
      const bool fits =
          fold(user.username).contains(wanted) || fold(user.email.text).contains(wanted);
      if (fits && found.size() < enough) found.push_back(std::move(user));
    }
    const bool more = rows->size() == static_cast<std::size_t>(rows_max);
    if (!more || found.size() == enough) co_return found;
  }
}

Task<Result<User>> get_user(store::Store& store, AccountId id) {
  const auto rows = co_await store.read(select_user, values(id));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return refuse(Errc::not_found, "The account does not exist.");
  co_return store::read_row<User>(*rows, 0);
}

namespace {

// Has no effect if it would leave no active administrator.
const Query update_user{
    "users.change",
    "update accounts set role = $2, status = $3, updated_at = $4 "
    "where id = $1 and role = $5 and status = $6 and (($2 = 'admin' and $3 = 'active') "
    "or role <> 'admin' or status <> 'active' or exists "
    "(select 1 from accounts where role = 'admin' and status = 'active' and id <> $1)) "
    "returning id"};
const Query end_sessions_of_suspended{
    "users.end_sessions",
    "delete from sessions where account_id = $1 and exists "
    "(select 1 from accounts where id = $1 and status = 'suspended')"};

const Query delete_links_of_suspended{
    "users.delete_links",
    "delete from one_time_tokens where account_id = $1 and exists "
    "(select 1 from accounts where id = $1 and status = 'suspended')"};

std::string from_to(Role from, Role to) {
  return std::string(name_of(from)) + " -> " + std::string(name_of(to));
}

/// Returns the audit log entries of a change.
std::vector<AuditEntry> entries_of(const User& current, UserChange change,
                                   const AuditContext& trace) {
  std::vector<AuditEntry> entries;
  if (change.role != current.role) {
    entries.push_back(AuditEntry::make(Action::role_changed, current.id, trace,
                                       from_to(current.role, change.role)));
  }
  if (change.status != current.status) {
    const bool suspends = change.status == Status::suspended;
    entries.push_back(
        AuditEntry::make(suspends ? Action::suspended : Action::reinstated, current.id, trace));
  }
  return entries;
}

bool is_allowed(const User& current, UserChange change, Role rights) {
  if (rights == Role::admin) return true;
  return current.role == Role::user && change.role == current.role;
}

}  // namespace

Task<Result<User>> change_user(store::Store& store, const User& current, UserChange change,
                               Manager by) {
  if (!is_allowed(current, change, by.role)) {
    co_return refuse(Errc::forbidden,
                     "Moderators can only suspend and reinstate users. Ask an administrator.");
  }
  std::vector<AuditEntry> entries = entries_of(current, change, by.trace);
  if (entries.empty()) co_return current;
  store::Batch batch;
  batch.add(accounts::lock_administrators);
  const auto updated = batch.add(update_user, current.id, change.role, change.status, by.trace.at,
                                 current.role, current.status);
  batch.add(end_sessions_of_suspended, current.id);
  batch.add(delete_links_of_suspended, current.id);
  for (AuditEntry& entry : entries) accounts::append_audit_of_change(batch, std::move(entry));
  const auto written = co_await store.write(current.id, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  auto now = co_await get_user(store, current.id);
  if (!now || !(*written)[updated].empty()) co_return now;
  const bool outrun = now->role != current.role || now->status != current.status;
  co_return refuse(Errc::conflict,
                   outrun
                       ? "The account was just changed by another request. Reload it and try again."
                       : "The last administrator must stay one. Make another account administrator "
                         "first.");
}

}  // namespace kith::admin
