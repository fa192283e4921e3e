#pragma once

#include <string>

#include "accounts/account.hpp"
#include "base/limits.hpp"
#include "http/reply.hpp"

/// The requests and answers shared by the routes that mail links and that use them.
namespace kith::accounts {

/// The address that a link was mailed to.
struct Address {
  Email email;

  static std::string schema_name() { return "Address"; }
  static constexpr auto fields() {
    return kith::fields(field("email", &Address::email, email_rules));
  }
};

/// An address in a request, with a schema of its own because requests reject unknown keys.
struct AddressRequest : Address {
  static std::string schema_name() { return "AddressRequest"; }
};

/// The validation rules for the token of a mailed link.
inline constexpr FieldRules token_rules{.doc = "The token from the mailed link.",
                                        .chars_max = limits::token_chars_max,
                                        .required = true,
                                        .verbatim = true};

/// Runs `work` in the background and answers after a fixed time, so that neither the result nor the
/// response time reveals whether the account exists. Failures are logged.
Task<Result<http::Accepted>> concealed(Task<Result<void>> work);

}  // namespace kith::accounts
