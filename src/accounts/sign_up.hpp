#pragma once

#include <optional>

#include "accounts/accounts.hpp"
#include "accounts/rules.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// Creates accounts at the request of new users.
class SignUp {
 public:
  /// REQUIRES: all arguments outlive this.
  SignUp(store::Store& store, Accounts& accounts, const SignUpRules& rules)
      : store_(store), accounts_(accounts), rules_(rules) {}

  /// Creates an account. If the rules conceal existing accounts, returns nothing in any case, and
  /// the owner of an address that already has an account gets a mail. Errors: `forbidden`
  /// (`signup-closed`); `invalid` for a domain that is not allowed or a password that is easy to
  /// guess; `conflict` when the address already has an account; `unavailable` from the store or
  /// the password queue.
  Task<Result<std::optional<Account>>> run(SignUpRequest request, NewAccount made);

 private:
  Task<Result<std::optional<Account>>> run_concealed(SignUpRequest request, NewAccount made);

  store::Store& store_;
  Accounts& accounts_;
  const SignUpRules& rules_;
};

}  // namespace kith::accounts
