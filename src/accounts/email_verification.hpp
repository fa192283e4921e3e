#pragma once

#include "accounts/accounts.hpp"
#include "accounts/mailed_links.hpp"
#include "accounts/rules.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// Verifies e-mail addresses with mailed links, and changes the address of an account. Errors of
/// all operations: `unavailable` from the store.
class EmailVerification {
 public:
  /// REQUIRES: all arguments outlive this.
  EmailVerification(store::Store& store, Accounts& accounts, const SignUpRules& rules)
      : store_(store), accounts_(accounts), rules_(rules) {}

  /// Marks the address of the link as verified, makes it the account's address if it is new, and
  /// returns it. Errors: `forbidden` (`link-invalid`); `conflict` when another account has
  /// taken the address.
  Task<Result<Email>> verify(std::string token, AuditContext trace);

  /// Sends another link to an address that is not verified yet. The result does not reveal whether
  /// the account exists.
  Task<Result<void>> resend(Email email, AuditContext trace);

  /// Changes the address of the actor's account: at once (returns true), or when the link mailed to
  /// the new address is followed (returns false). Errors: `conflict` when the address has an
  /// account, unless that is concealed; `invalid` for a domain that is not allowed.
  Task<Result<bool>> change_email(Email email, AuditContext trace);

 private:
  Task<Result<void>> replace_email(const Account& account, Email email, const AuditContext& trace,
                                   const OneTimeToken* token);

  store::Store& store_;
  Accounts& accounts_;
  const SignUpRules& rules_;
};

}  // namespace kith::accounts
