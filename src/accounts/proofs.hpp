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

/// What is done by those who prove that they read the mails of an address: signing up, confirming
/// the address, changing it, and setting a forgotten password. Errors of all: `unavailable` from
/// the store or the password queue.
class Proofs {
 public:
  /// REQUIRES: all outlive this.
  Proofs(store::Store& store, Accounts& accounts, const SignUpRules& rules)
      : store_(store), accounts_(accounts), rules_(rules) {}

  /// Makes an account, or nothing is told: where the rules conceal which addresses have one, the
  /// owner of the address gets a mail instead. Errors: `forbidden` (`signup-closed`); `invalid` for
  /// a domain that may not or a password that is easy to guess; `conflict` when the address has an
  /// account.
  Task<Result<std::optional<Account>>> sign_up(Signup signup, NewAccount made);

  /// Takes the address of the link for the user's; if it is another one than the account has, for
  /// the account's. Gives it. Errors: `forbidden` (`link-invalid`); `conflict` when another account
  /// has the address by now.
  Task<Result<Email>> verify(std::string token, AuditContext trace);

  /// Sends another link to an address that is not confirmed yet. The answer tells nothing.
  Task<Result<void>> resend_verification(Email email, AuditContext trace);

  /// Gives the account of `trace` another address: at once (true), or when the link is followed
  /// that is sent to it. Errors: `conflict` when it has an account, unless that is concealed.
  Task<Result<bool>> change_email(Email email, AuditContext trace);

  /// Sends a link that sets another password to the address of an account. The answer tells
  /// nothing.
  Task<Result<void>> ask_for_reset(Email email, AuditContext trace);

  /// Sets another password, ends all sessions and takes all app passwords away: who forgot the
  /// password may not be the only one who knew it. Gives the account. Errors: `forbidden`
  /// (`link-invalid`); `invalid` for a password that is easy to guess.
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
