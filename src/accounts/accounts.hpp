#pragma once

#include <optional>
#include <string>
#include <vector>

#include "accounts/account.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "crypto/password.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// What a login is checked against.
struct Credentials {
  AccountId account;
  std::string password_hash;
};

/// What an account is made as.
struct NewAccount {
  Role role = Role::user;
  Time now = {};
  AccountId id = AccountId::make(now);
  bool repeated = false;  ///< an earlier try of the same request may have made it under this id
};

/// Why an account that has just been made may not be: a statement, given the new account's id as
/// `$1` and `values` behind it, takes it back and returns a row then.
struct Veto {
  const store::Query& query;
  store::Values values;
  Error refusal;
};

/// The accounts. Errors of all operations: `unavailable` from the store or the password queue.
class Accounts {
 public:
  /// REQUIRES: both outlive this.
  Accounts(store::Store& store, crypto::PasswordHasher& passwords)
      : store_(store), passwords_(passwords) {}

  /// Errors: `conflict` when the
  /// address has an account; the veto's refusal.
  Task<Result<Account>> create(Signup signup, NewAccount made, const Veto* veto = nullptr);

  /// Errors: `not_found`.
  Task<Result<Account>> get(AccountId id);

  /// The account of an address. Errors: `not_found`.
  Task<Result<Account>> find(Email email);

  /// How the owner of an address proves who they are; null when no account has it.
  Task<Result<std::optional<Credentials>>> credentials(Email email);

  /// How the owner of an account proves who they are. Errors: `not_found`.
  Task<Result<Credentials>> credentials(AccountId id);

  /// Another display name. Errors: `not_found`.
  Task<Result<Account>> rename(AccountId id, std::string username, Time now);

  /// All accounts, oldest first.
  Task<Result<std::vector<Account>>> list();

  /// Changes the password and ends all sessions.
  Task<Result<void>> set_password(AccountId id, std::string password, Time now);

  /// Errors: `not_found`; `conflict` when the last administrator would be none any more.
  Task<Result<void>> set_role(AccountId id, Role role, Time now);

  /// Whether there is an administrator.
  Task<Result<bool>> has_administrator();

 private:
  store::Store& store_;
  crypto::PasswordHasher& passwords_;
};

}  // namespace kith::accounts
