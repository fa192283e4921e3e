#pragma once

#include <string>

#include "accounts/accounts.hpp"
#include "accounts/mailed_links.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// Resets forgotten passwords with mailed links. Errors of all operations: `unavailable` from the
/// store or the password queue.
class PasswordReset {
 public:
  /// REQUIRES: all arguments outlive this.
  PasswordReset(store::Store& store, Accounts& accounts, const mail::Site& site)
      : store_(store), accounts_(accounts), site_(site) {}

  /// Sends a password reset link. The result does not reveal whether the account exists.
  Task<Result<void>> request(Email email, AuditContext trace);

  /// Sets a new password, ends all sessions and revokes all app passwords, because the old password
  /// may be known to others. Returns the account. Errors: `forbidden` (`link-invalid`); `invalid`
  /// for a password that is easy to guess.
  Task<Result<Account>> reset(std::string token, std::string password, AuditContext trace);

 private:
  store::Store& store_;
  Accounts& accounts_;
  const mail::Site& site_;
};

}  // namespace kith::accounts
