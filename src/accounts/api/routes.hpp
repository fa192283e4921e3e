#pragma once

#include <utility>
#include <vector>

#include "accounts/accounts.hpp"
#include "accounts/avatar_urls.hpp"
#include "accounts/email_verification.hpp"
#include "accounts/password_reset.hpp"
#include "accounts/sessions.hpp"
#include "accounts/setup.hpp"
#include "accounts/sign_up.hpp"
#include "http/router.hpp"

namespace kith::accounts {

/// The services used by the REST API of accounts on one event loop.
struct Services {
  store::Store& store;
  const SignUpRules& rules;
  Accounts accounts;
  Sessions sessions;
  Setup setup;
  SignUp sign_up;
  EmailVerification email_verification;
  PasswordReset password_reset;
  AvatarUrls avatar_urls;

  /// REQUIRES: all arguments outlive this.
  Services(store::Store& with_store, crypto::PasswordHasher& passwords, TokenSettings tokens,
           AvatarUrls urls = {})
      : store(with_store),
        rules(tokens.rules),
        accounts(store, passwords, tokens.rules.site),
        sessions(store, accounts, passwords, tokens),
        setup(store, accounts),
        sign_up(store, accounts, tokens.rules),
        email_verification(store, accounts, tokens.rules),
        password_reset(store, accounts, tokens.rules.site),
        avatar_urls(std::move(urls)) {}
};

// The route tables of accounts. REQUIRES: `services` outlives the router; null for a table that is
// only described.

/// What the server offers to new users.
std::vector<http::Route> site_routes(Services* services);

/// Set-up, sign-up, sign-in and sessions.
std::vector<http::Route> auth_routes(Services* services);

/// Verifying and changing the e-mail address.
std::vector<http::Route> email_verification_routes(Services* services);

/// Replacing a forgotten password.
std::vector<http::Route> password_reset_routes(Services* services);

/// Returns the routes for the signed-in account.
std::vector<http::Route> me_routes(Services* services);

}  // namespace kith::accounts
