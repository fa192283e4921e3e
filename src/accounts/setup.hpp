#pragma once

#include <optional>
#include <string>

#include "accounts/accounts.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// The validation rules for the token of a set-up link.
inline constexpr FieldRules setup_token_rules{
    .doc = "The part of the set-up link behind `#`.", .required = true, .verbatim = true};

/// The request that creates the first administrator.
struct SetupRequest {
  std::string token;
  std::string username;
  Email email;
  std::string password;

  static std::string schema_name() { return "Setup"; }
  static constexpr auto fields() {
    return kith::fields(field("token", &SetupRequest::token, setup_token_rules),
                        field("username", &SetupRequest::username, username_rules),
                        field("email", &SetupRequest::email, email_rules),
                        field("password", &SetupRequest::password, new_password_rules));
  }
};

/// Creates the first administrator with a single-use link, so that no default password exists.
/// Errors of all operations: `unavailable` from the store or the password queue.
class Setup {
 public:
  /// REQUIRES: both arguments outlive this.
  Setup(store::Store& store, Accounts& accounts) : store_(store), accounts_(accounts) {}

  /// Returns a new token, valid for `limits::setup_link_lifetime`, and revokes older tokens; null
  /// when an administrator exists. Only its digest is stored.
  Task<Result<std::optional<std::string>>> new_token(Time now);

  /// Returns when the link with `token` expires. Errors: `forbidden` (`setup-link-invalid`) for a
  /// wrong, used or expired token; `conflict` when an administrator exists.
  Task<Result<Time>> expiry(std::string token, Time now);

  /// Creates the first administrator; afterwards no token is valid any more. Errors: those of
  /// `expiry`, and `conflict` when the address has an account.
  Task<Result<Account>> run(SetupRequest request, AuditContext trace,
                            std::optional<Region> default_region = {});

 private:
  store::Store& store_;
  Accounts& accounts_;
};

}  // namespace kith::accounts
