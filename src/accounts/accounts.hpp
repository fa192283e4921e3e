#pragma once

#include <optional>
#include <string>
#include <vector>

#include "accounts/account.hpp"
#include "accounts/audit.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "crypto/password.hpp"
#include "mail/outbox.hpp"
#include "mail/templates.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// What a login is checked against.
struct Credentials {
  AccountId account;
  std::string password_hash;
  Status status = Status::active;
  bool verified = false;  ///< whether the address is known to be the user's
};

/// What an account is made as.
struct NewAccount {
  Action action = Action::created;  ///< or `signed_up`
  Role role = Role::user;
  AuditContext trace;
  AccountId id = AccountId::make(trace.at);
  bool verified = true;   ///< else a link is mailed that proves whose the address is
  bool repeated = false;  ///< an earlier try of the same request may have made it under this id
};

/// Why an account that has just been made may not be: a statement, given the new account's id as
/// `$1` and `values` behind it, takes it back and returns a row then.
struct Veto {
  /// Runs before, with the first of `values`: of two who would see nothing of each other, one
  /// waits.
  const store::Query& turn;
  const store::Query& query;
  store::Values values;
  Error refusal;
};

/// Comes before a statement that must leave one administrator. Two that take away the last two at
/// once would each see the other's there; in PostgreSQL the second waits here for the first.
extern const store::Query lock_administrators;

/// The accounts. Errors of all operations: `unavailable` from the store or the password queue.
class Accounts {
 public:
  /// REQUIRES: all outlive this.
  Accounts(store::Store& store, crypto::PasswordHasher& passwords, const mail::Site& site)
      : store_(store), passwords_(passwords), site_(site) {}

  /// Errors: `invalid` for a password that is easy to guess; `conflict` when the address has an
  /// account; the veto's refusal.
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

  /// Changes the password, locks everybody out and tells the owner. Errors: `not_found`; `invalid`
  /// for a password that is easy to guess.
  Task<Result<void>> set_password(AccountId id, std::string password, AuditContext trace);

  /// Erases the account with all that is its own. Errors: `not_found`; `conflict` for the last
  /// administrator.
  Task<Result<void>> erase(AccountId id, AuditContext trace);

  /// The hash of a password that `user` chose. Errors: `invalid`, naming `field`, for one that is
  /// easy to guess.
  Task<Result<std::string>> hash_new(std::string_view field, std::string password,
                                     const Account& user);

  /// Whether there is an administrator.
  Task<Result<bool>> has_administrator();

 private:
  store::Store& store_;
  crypto::PasswordHasher& passwords_;
  const mail::Site& site_;
};

}  // namespace kith::accounts
