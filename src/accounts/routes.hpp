#pragma once

#include <vector>

#include "accounts/accounts.hpp"
#include "accounts/sessions.hpp"
#include "accounts/setup.hpp"
#include "http/router.hpp"

namespace kith::accounts {

/// What the REST door of accounts works with, for one loop.
struct Rest {
  Accounts accounts;
  Sessions sessions;
  Setup setup;

  /// REQUIRES: all outlive this.
  Rest(store::Store& store, crypto::PasswordHasher& passwords, TokenSettings tokens)
      : accounts(store, passwords),
        sessions(store, accounts, passwords, tokens),
        setup(store, accounts) {}
};

/// The route table of accounts. REQUIRES: `rest` outlives the router; null for a table
/// that is only described.
std::vector<http::Route> routes(Rest* rest);

}  // namespace kith::accounts
