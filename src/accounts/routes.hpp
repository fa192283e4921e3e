#pragma once

#include <vector>

#include "accounts/accounts.hpp"
#include "accounts/sessions.hpp"
#include "accounts/setup.hpp"
#include "http/router.hpp"

namespace kith::accounts {

/// What the REST door of accounts works with, for one loop.
struct Rest {
  store::Store& store;
  Accounts accounts;
  Sessions sessions;
  Setup setup;

  /// REQUIRES: all outlive this.
  Rest(store::Store& with_store, crypto::PasswordHasher& passwords, TokenSettings tokens)
      : store(with_store),
        accounts(store, passwords, tokens.site),
        sessions(store, accounts, passwords, tokens),
        setup(store, accounts) {}
};

// The route tables of accounts. REQUIRES: `rest` outlives the router; null for a table that is only
// described.

/// Getting in and out.
std::vector<http::Route> auth_routes(Rest* rest);

/// One's own account.
std::vector<http::Route> me_routes(Rest* rest);

}  // namespace kith::accounts
