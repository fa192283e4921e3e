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

/// The stored values that a sign-in is checked against.
struct Credentials {
  AccountId account;
  std::string password_hash;
  Status status = Status::active;
  bool verified = false;  ///< whether the e-mail address was verified
};

/// How an account is created.
struct NewAccount {
  Action action = Action::created;  ///< or `signed_up`
  Role role = Role::user;
  AuditContext trace;
  AccountId id = AccountId::make(trace.at);
  bool verified = true;   ///< otherwise a verification link is mailed
  bool repeated = false;  ///< an earlier attempt may already have created this id
  std::optional<Region> default_region = {};
};

/// A condition for creating an account, checked in the same transaction: `query`, bound to the new
/// account's id as `$1` and then to `values`, deletes the account again and returns a row if it
/// must not exist.
struct Veto {
  /// Runs before `query`, bound to the first of `values`, and locks: concurrent transactions cannot
  /// see each other, so one of them has to wait.
  const store::Query& turn;
  const store::Query& query;
  store::Values values;
  Error refusal;
};

/// Precedes a statement that must leave at least one administrator. Two concurrent removals of the
/// last two administrators would each still see the other one; in PostgreSQL the second waits here
/// for the first.
extern const store::Query lock_administrators;

/// Creates, reads, changes and deletes accounts. Errors of all operations: `unavailable` from the
/// store or the password queue.
class Accounts {
 public:
  /// REQUIRES: all arguments outlive this.
  Accounts(store::Store& store, crypto::PasswordHasher& passwords, const mail::Site& site)
      : store_(store), passwords_(passwords), site_(site) {}

  /// Creates an account. Errors: `invalid` for a password that is easy to guess; `conflict` when
  /// the address already has an account; the refusal of `veto`.
  Task<Result<Account>> create(SignUpRequest request, NewAccount made, const Veto* veto = nullptr);

  /// Returns the account. Errors: `not_found`.
  Task<Result<Account>> get(AccountId id);

  /// Returns the account of an e-mail address. Errors: `not_found`.
  Task<Result<Account>> find(Email email);

  /// Returns the credentials of the account of an e-mail address; null if no account has it.
  Task<Result<std::optional<Credentials>>> credentials(Email email);

  /// Returns the credentials of an account. Errors: `not_found`.
  Task<Result<Credentials>> credentials(AccountId id);

  /// Changes the profile of `current`. Another region makes the job `recompute_derived` renew the
  /// keys of phone numbers. Errors: `conflict` if the profile was changed since, or the account was
  /// deleted.
  Task<Result<Account>> change_profile(const Account& current, Profile wanted, Time now);

  /// Returns all accounts, oldest first.
  Task<Result<std::vector<Account>>> list();

  /// Changes the password, ends all sessions, revokes all app passwords and links, and mails a
  /// notice to the owner. Errors: `not_found`; `invalid` for a password that is easy to guess.
  Task<Result<void>> set_password(AccountId id, std::string password, AuditContext trace);

  /// Deletes the account permanently with all its data. Errors: `not_found`; `conflict` for the
  /// last administrator.
  Task<Result<void>> erase(AccountId id, AuditContext trace);

  /// Returns the hash of a password that `user` has chosen. Errors: `invalid` for `field` if the
  /// password is easy to guess.
  Task<Result<std::string>> hash_new(std::string_view field, std::string password,
                                     const Account& user);

  /// Returns whether an administrator exists.
  Task<Result<bool>> has_administrator();

 private:
  store::Store& store_;
  crypto::PasswordHasher& passwords_;
  const mail::Site& site_;
};

}  // namespace kith::accounts
