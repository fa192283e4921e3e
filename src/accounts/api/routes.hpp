#pragma once

#include <utility>
#include <vector>

#include "accounts/accounts.hpp"
#include "accounts/avatar_urls.hpp"
#include "accounts/proofs.hpp"
#include "accounts/sessions.hpp"
#include "accounts/setup.hpp"
#include "http/router.hpp"

namespace kith::accounts {

/// The services used by the REST API of accounts on one event loop.
struct Services {
  store::Store& store;
  const SignUpRules& rules;
  Accounts accounts;
  Sessions sessions;
  Setup setup;
  Proofs proofs;
  AvatarUrls avatar_urls;

  /// REQUIRES: all arguments outlive this.
  Services(store::Store& with_store, crypto::PasswordHasher& passwords, TokenSettings tokens,
           AvatarUrls urls = {})
      : store(with_store),
        rules(tokens.rules),
        accounts(store, passwords, tokens.rules.site),
        sessions(store, accounts, passwords, tokens),
        setup(store, accounts),
        proofs(store, accounts, tokens.rules),
        avatar_urls(std::move(urls)) {}
};

// The route tables of accounts. REQUIRES: `services` outlives the router; null for a table that is
// only described.

/// What the server offers to new users.
std::vector<http::Route> site_routes(Services* services);

/// Set-up, sign-up, sign-in and sessions.
std::vector<http::Route> auth_routes(Services* services);

/// Confirming an e-mail address and setting a forgotten password.
std::vector<http::Route> proof_routes(Services* services);

/// Returns the routes for the signed-in account.
std::vector<http::Route> me_routes(Services* services);

}  // namespace kith::accounts
