#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "accounts/accounts.hpp"
#include "accounts/audit.hpp"
#include "accounts/sessions.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "http/principal.hpp"
#include "store/store.hpp"

namespace kith::admin {

using accounts::Account;
using accounts::AuditContext;
using accounts::Status;
using http::Role;

/// An account as administrators and moderators see it.
struct User : Account {
  std::int64_t contact_count = 0;
  std::optional<Time> last_used_at;

  static std::string schema_name() { return "ManagedUser"; }
  static constexpr auto fields() {
    return Account::fields() +
           kith::fields(field("contact_count", &User::contact_count,
                              {.doc = "Including contacts in the trash."}),
                        field("last_used_at", &User::last_used_at,
                              {.doc = "UTC; when a session was last started or renewed."}));
  }
};

/// Selects accounts.
struct UserFilter {
  std::string text = {};  ///< part of the username or e-mail address
  std::optional<Role> role = {};
  std::optional<Status> status = {};
  std::optional<AccountId> before = {};  ///< created before this account
  int limit = 0;
};

/// The properties of an account that administrators and moderators may change.
struct UserChange {
  Role role = Role::user;
  Status status = Status::active;

  static std::string schema_name() { return "UserChange"; }
  static constexpr auto fields() {
    return kith::fields(
        field("role", &UserChange::role, {.doc = "Can only be changed by administrators."}),
        field("status", &UserChange::status,
              {.doc = "Moderators can only suspend and reinstate users."}));
  }
};

/// The role and audit context of the administrator or moderator that makes a change.
struct Manager {
  Role role = Role::admin;
  AuditContext trace;
};

/// Returns the newest matching accounts, `limit` + 1 if there are more. Errors: `unavailable`.
Task<Result<std::vector<User>>> list_users(store::Store& store, UserFilter filter);

/// Returns an account. Errors: `not_found`, `unavailable`.
Task<Result<User>> get_user(store::Store& store, AccountId id);

/// Changes the role or status of an account; a suspension ends its sessions. Errors: `not_found`;
/// `forbidden` if the role of `by` does not allow the change; `conflict` for the last administrator
/// or when the account was changed concurrently; `unavailable`.
Task<Result<User>> change_user(store::Store& store, const User& current, UserChange change,
                               Manager by);

}  // namespace kith::admin
