#pragma once

#include <optional>
#include <string>

#include "accounts/accounts.hpp"
#include "accounts/mailed_links.hpp"
#include "accounts/rules.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// Operations that require proof of access to a mailbox: sign-up, e-mail verification, e-mail
/// change and password reset. Errors of all operations: `unavailable` from the store or the
/// password queue.
class Proofs {
 public:
  /// REQUIRES: all arguments outlive this.
  Proofs(store::Store& store, Accounts& accounts, const SignUpRules& rules)
      : store_(store), accounts_(accounts), rules_(rules) {}

  /// Creates an account. If the rules conceal existing accounts, returns nothing in any case, and
  /// the owner of an address that already has an account gets a mail. Errors: `forbidden`
  /// (`signup-closed`); `invalid` for a domain that is not allowed or a password that is easy to
  /// guess; `conflict` when the address already has an account.
  Task<Result<std::optional<Account>>> sign_up(Signup signup, NewAccount made);

  /// Marks the address of the link as verified, makes it the account's address if it is new, and
  /// returns it. Errors: `forbidden` (`link-invalid`); `conflict` when another account has
  /// taken the address.
  Task<Result<Email>> verify(std::string token, AuditContext trace);

  /// Sends another link to an address that is not verified yet. The result does not reveal whether
  /// the account exists.
  Task<Result<void>> resend_verification(Email email, AuditContext trace);

  /// Changes the address of the actor's account: at once (returns true), or when the link mailed to
  /// the new address is followed (returns false). Errors: `conflict` when the address has an
  /// account, unless that is concealed.
  Task<Result<bool>> change_email(Email email, AuditContext trace);

  /// Sends a password reset link. The result does not reveal whether the account exists.
  Task<Result<void>> ask_for_reset(Email email, AuditContext trace);

  /// Sets a new password, ends all sessions and revokes all app passwords, because the old password
  /// may be known to others. Returns the account. Errors: `forbidden` (`link-invalid`); `invalid`
  /// for a password that is easy to guess.
  Task<Result<Account>> reset_password(std::string token, std::string password, AuditContext trace);

 private:
  Task<Result<std::optional<Account>>> sign_up_concealed(Signup signup, NewAccount made);
  Task<Result<void>> replace_email(const Account& account, Email email, const AuditContext& trace,
                                   const Proof* proof);

  store::Store& store_;
  Accounts& accounts_;
  const SignUpRules& rules_;
};

}  // namespace kith::accounts
