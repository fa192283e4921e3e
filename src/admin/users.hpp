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

/// An account as those see it who run the server.
struct User : Account {
  std::int64_t contact_count = 0;
  std::optional<Time> last_used_at;

  static std::string schema_name() { return "ManagedUser"; }
  static constexpr auto fields() {
    return Account::fields() +
           kith::fields(
               field("contact_count", &User::contact_count, {.doc = "Those in the trash, too."}),
               field("last_used_at", &User::last_used_at,
                     {.doc = "UTC; when a session was last begun or renewed."}));
  }
};

/// Which accounts are asked for.
struct UserFilter {
  std::string text = {};  ///< anywhere in the name or the address
  std::optional<Role> role = {};
  std::optional<Status> status = {};
  std::optional<AccountId> before = {};  ///< made before this one
  int limit = 0;
};

/// What may be changed of another's account.
struct UserChange {
  Role role = Role::user;
  Status status = Status::active;

  static std::string schema_name() { return "UserChange"; }
  static constexpr auto fields() {
    return kith::fields(field("role", &UserChange::role, {.doc = "For administrators."}),
                        field("status", &UserChange::status,
                              {.doc = "Moderators suspend and reinstate users alone."}));
  }
};

/// Who runs the server, and does something to another's account.
struct Manager {
  Role role = Role::admin;
  AuditContext trace;
};

/// The newest accounts that fit, one more than `limit` if there are more. Errors: `unavailable`.
Task<Result<std::vector<User>>> list_users(store::Store& store, UserFilter filter);

/// Errors: `not_found`, `unavailable`.
Task<Result<User>> get_user(store::Store& store, AccountId id);

/// Gives an account another role or status; who is suspended is signed out everywhere. Errors:
/// `not_found`; `forbidden` for what the role of `by` does not reach; `conflict` when the last
/// administrator would be none any more, or somebody else changes the account at the same moment;
/// `unavailable`.
Task<Result<User>> change_user(store::Store& store, const User& current, UserChange change,
                               Manager by);

}  // namespace kith::admin
