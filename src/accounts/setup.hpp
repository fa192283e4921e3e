#pragma once

#include <optional>
#include <string>

#include "accounts/accounts.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// The input for the first administrator.
struct SetupRequest {
  std::string token;
  std::string username;
  Email email;
  std::string password;

  static std::string schema_name() { return "Setup"; }
  static constexpr auto fields() {
    return kith::fields(field("token", &SetupRequest::token,
                              {.doc = "The token from the link that the server printed at startup.",
                               .required = true,
                               .verbatim = true}),
                        field("username", &SetupRequest::username, username_rules),
                        field("email", &SetupRequest::email, email_rules),
                        field("password", &SetupRequest::password, new_password_rules));
  }
};

/// Creates the first administrator with a one-time link, so that there is never a default password.
/// Errors of all operations: `unavailable` from the store or the password queue.
class Setup {
 public:
  /// REQUIRES: both arguments outlive this.
  Setup(store::Store& store, Accounts& accounts) : store_(store), accounts_(accounts) {}

  /// Returns a new token, valid for `limits::setup_link_lifetime`, and revokes older ones; null
  /// when an administrator exists. Only its digest is stored.
  Task<Result<std::optional<std::string>>> new_token(Time now);

  /// Creates the first administrator, which invalidates all tokens. Errors: `forbidden`
  /// (`setup-link-invalid`) for an unknown, used or expired token; `conflict` when an administrator
  /// exists or the address has an account.
  Task<Result<Account>> run(SetupRequest request, AuditContext trace);

 private:
  store::Store& store_;
  Accounts& accounts_;
};

}  // namespace kith::accounts
