#include "accounts/audit.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/limits.hpp"
#include "store/rows.hpp"

namespace kith::accounts {

using store::Query;
using store::values;

AuditEntry AuditEntry::make(Action action, AccountId account, const AuditContext& trace,
                            std::optional<std::string> detail) {
  return {AuditId::make(trace.at), trace.at,         action, trace.actor, account,
          trace.address,           std::move(detail)};
}

namespace {

// A function because constants of other files call it during static initialization.
std::string insert_text() {
  return "insert into audit_log (" + store::column_list(AuditEntry::fields()) + ") ";
}

// No entry is written for an account that was deleted, in the same batch or concurrently.
const Query insert_entry{"audit.insert",
                         audit_insertion_if("exists (select 1 from accounts where id = $5)")};
const Query insert_entry_of_change{
    "audit.insert_of_change",
    audit_insertion_if("exists (select 1 from accounts where id = $5 and updated_at = $2)")};

}  // namespace

// (PostgreSQL infers the parameter types from the columns.)
std::string audit_insertion_if(std::string_view condition) {
  return insert_text() + "select " + store::parameter_list(AuditEntry::fields(), 1) + " where " +
         std::string(condition);
}

std::string audit_insertion_from(std::string_view detail, std::string_view source) {
  std::string parameters = store::parameter_list(AuditEntry::fields(), 1);
  parameters.resize(parameters.size() - std::string_view("$7").size());
  return insert_text() + "select " + parameters + std::string(detail) + " from " +
         std::string(source);
}

void append_audit(store::Batch& batch, AuditEntry entry) {
  append_audit_if(batch, std::move(entry), insert_entry);
}

void append_audit_if(store::Batch& batch, AuditEntry entry, const Query& insertion,
                     store::Values condition_values) {
  store::Values parameters = values();
  store::append_values(parameters, AuditEntry::fields(), std::move(entry));
  std::ranges::move(condition_values, std::back_inserter(parameters));
  batch.add_values(insertion, std::move(parameters));
}

void append_audit_of_change(store::Batch& batch, AuditEntry entry) {
  append_audit_if(batch, std::move(entry), insert_entry_of_change);
}

namespace {

const std::string select_entries =
    "select " + store::column_list(AuditEntry::fields()) + " from audit_log where ";
constexpr std::string_view newest =
    "id < $1 and ($2 = '' or action = $2) order by id desc limit $3";

const Query select_all{"audit.list", select_entries + std::string(newest)};
const Query select_of_account{"audit.list_of_account",
                              select_entries + "account_id = $4 and " + std::string(newest)};

}  // namespace

Task<Result<std::vector<AuditEntry>>> list_audit(store::Store& store, AuditFilter filter) {
  const AuditId before = filter.before.value_or(AuditId::last());
  const std::string_view action = filter.action ? name_of(*filter.action) : std::string_view();
  store::Values bound = values(before, action, filter.limit + 1);
  if (filter.account) bound.push_back(store::to_value(*filter.account));
  const auto rows = co_await store.read(filter.account ? select_of_account : select_all,
                                        std::move(bound), store::Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  co_return store::read_rows<AuditEntry>(*rows);
}

namespace {

const Query delete_old{"audit.delete_old",
                       "delete from audit_log where id in (select id from audit_log "
                       "where id < $1 order by id limit $2) returning id"};

}  // namespace

Task<Result<int>> purge_audit(store::Store& store, Time before) {
  const AuditId first_kept{Uuid::make_v7(before, {})};
  for (int deleted = 0;;) {
    const auto gone = co_await store.write_one(store::no_account, delete_old,
                                               values(first_kept, limits::purge_rows_max));
    if (!gone) co_return std::unexpected(gone.error());
    if (gone->empty()) co_return deleted;
    deleted += static_cast<int>(gone->size());
  }
}

}  // namespace kith::accounts
