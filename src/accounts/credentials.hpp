#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "http/principal.hpp"
#include "store/store.hpp"

/// Looks up the credentials of requests in the database.
namespace kith::accounts {

/// Returns the principal of a session. Nothing when the session has ended or the account is
/// suspended. Errors: `unavailable` from the store.
Task<Result<std::optional<http::Principal>>> find_session_principal(store::Store& store,
                                                                    AccountId account,
                                                                    SessionId session, Time now);

/// An app password found by the digest of its secret.
struct AppCredential {
  AppPasswordId id;
  http::Principal principal;
  std::string account_key;  ///< of the owner's e-mail address
  std::optional<Time> last_used_at;
};

/// Returns the app password with this SHA-256 digest. Nothing when it does not exist or its account
/// is suspended. Errors: `unavailable` from the store.
Task<Result<std::optional<AppCredential>>> find_app_password(store::Store& store,
                                                             std::string_view secret_hash);

/// A use of an app password.
struct AppPasswordUse {
  AccountId account;
  AppPasswordId id;
  Time at;
  std::string client_address;
};

/// Stores the time and address of a use. Best effort: a failure is only logged, and no request
/// waits for it.
Task<void> note_use(store::Store& store, AppPasswordUse use);

}  // namespace kith::accounts
