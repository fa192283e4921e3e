#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

/// The audit log of changes to accounts.
namespace kith::accounts {

/// The kinds of audit log entries.
enum class Action : std::uint8_t {
  signed_up,
  created,
  signed_in,
  session_ended,
  session_stolen,
  signed_out_everywhere,
  password_changed,
  password_reset_asked,
  password_reset,
  email_change_asked,
  email_verified,
  email_changed,
  app_password_made,
  app_password_revoked,
  role_changed,
  suspended,
  reinstated,
  exported,
  erased,
};
constexpr std::array<std::string_view, 19> names_of(Action) {
  return {"signed_up",
          "created",
          "signed_in",
          "session_ended",
          "session_stolen",
          "signed_out_everywhere",
          "password_changed",
          "password_reset_asked",
          "password_reset",
          "email_change_asked",
          "email_verified",
          "email_changed",
          "app_password_made",
          "app_password_revoked",
          "role_changed",
          "suspended",
          "reinstated",
          "exported",
          "erased"};
}

/// The actor, source address and time of an action.
struct AuditContext {
  std::optional<AccountId> actor;  ///< null: not signed in, or the command line
  std::string address;             ///< network address, or `command_line`
  Time at;
};

/// The address in entries for actions on the server's command line.
inline constexpr std::string_view command_line = "command line";

/// An entry of the audit log.
struct AuditEntry {
  AuditId id;
  Time at;
  Action action = Action::signed_in;
  std::optional<AccountId> actor;
  AccountId account_id;
  std::string address;
  std::optional<std::string> detail;

  static std::string schema_name() { return "AuditEntry"; }
  static constexpr auto fields() {
    return kith::fields(
        field("id", &AuditEntry::id), field("at", &AuditEntry::at, {.doc = "UTC."}),
        field("action", &AuditEntry::action),
        field("actor", &AuditEntry::actor,
              {.doc = "The account that acted; null if not signed in, or on the server's command "
                      "line."}),
        field("account_id", &AuditEntry::account_id, {.doc = "The affected account."}),
        field("address", &AuditEntry::address, {.doc = "Network address of the client."}),
        field("detail", &AuditEntry::detail, {.doc = "Further details as text."}));
  }

  /// Returns a new entry for an action at the time of `trace`.
  static AuditEntry make(Action action, AccountId account, const AuditContext& trace,
                         std::optional<std::string> detail = {});
};

/// Adds the entry to a batch whose action is unconditional. The entry is written if the account
/// exists at that point of the batch.
void append_audit(store::Batch& batch, AuditEntry entry);

/// Returns the text of a query that writes an entry only if `condition` holds at that point of the
/// batch. In `condition`, `$2` is the time, `$5` the account, and parameters from `$8` on are free
/// for the caller.
std::string audit_insertion_if(std::string_view condition);

/// Returns the text of a query that writes an entry for each row of `source` (a `from` clause). The
/// entry's detail is the SQL expression `detail`, in which `$7` is the detail of the bound entry;
/// the other parameters are as above.
std::string audit_insertion_from(std::string_view detail, std::string_view source);

/// Like `append_audit`, with a query from `audit_insertion_if` and its values from `$8` on.
void append_audit_if(store::Batch& batch, AuditEntry entry, const store::Query& insertion,
                     store::Values condition_values = {});

/// Like `append_audit`, if the batch has changed the account (`updated_at` is the time of the
/// entry).
void append_audit_of_change(store::Batch& batch, AuditEntry entry);

/// Selects audit log entries.
struct AuditFilter {
  std::optional<AccountId> account;
  std::optional<Action> action;
  std::optional<AuditId> before;  ///< only entries older than this entry
  int limit = 0;
};

/// Returns the newest matching entries, `limit` + 1 if there are more. Errors: `unavailable`.
Task<Result<std::vector<AuditEntry>>> list_audit(store::Store& store, AuditFilter filter);

/// Deletes entries older than `before` and returns their number. Errors: `unavailable`.
Task<Result<int>> purge_audit(store::Store& store, Time before);

}  // namespace kith::accounts
