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

/// The log of what was done to accounts, and by whom.
namespace kith::accounts {

/// What was done to an account.
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

/// Who does something, from where and when.
struct AuditContext {
  std::optional<AccountId> actor;  ///< nobody is signed in, or it is the command line
  std::string address;             ///< of the network; `command line` there
  Time at;
};

/// The address of who works on the server's own command line.
inline constexpr std::string_view command_line = "command line";

/// One line of the log.
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
              {.doc = "The account that did it; null: nobody was signed in, or it was done on the "
                      "server's command line."}),
        field("account_id", &AuditEntry::account_id, {.doc = "Whom it was done to."}),
        field("address", &AuditEntry::address, {.doc = "Of the network that it came from."}),
        field("detail", &AuditEntry::detail, {.doc = "What exactly, in words."}));
  }

  /// A new entry of what is done now.
  static AuditEntry make(Action action, AccountId account, const AuditContext& trace,
                         std::optional<std::string> detail = {});
};

/// Adds the entry to a batch that does what it says for certain. It is written if the account
/// exists at that place of the batch.
void append_audit(store::Batch& batch, AuditEntry entry);

/// The text of a query that writes an entry only if `condition` holds at that place of the batch.
/// In it `$2` is the time, `$5` the account, and `$8` and on are the feature's own.
std::string audit_insertion_if(std::string_view condition);

/// The text of a query that writes an entry for each row of `source` (what follows `from`). Its
/// detail is the expression `detail`, in which `$7` is the entry's; otherwise as above.
std::string audit_insertion_from(std::string_view detail, std::string_view source);

/// As `append_audit`, by a query made of `audit_insertion_if`, with what follows `$7`.
void append_audit_if(store::Batch& batch, AuditEntry entry, const store::Query& insertion,
                     store::Values condition_values = {});

/// As `append_audit`, if the batch has changed the account (`updated_at` is the time of the entry).
void append_audit_of_change(store::Batch& batch, AuditEntry entry);

/// Which entries are asked for.
struct AuditFilter {
  std::optional<AccountId> account;
  std::optional<Action> action;
  std::optional<AuditId> before;  ///< older than this one
  int limit = 0;
};

/// The newest entries that fit, one more than `limit` if there are more. Errors: `unavailable`.
Task<Result<std::vector<AuditEntry>>> list_audit(store::Store& store, AuditFilter filter);

/// Forgets entries from before `before`; how many. Errors: `unavailable`.
Task<Result<int>> purge_audit(store::Store& store, Time before);

}  // namespace kith::accounts
