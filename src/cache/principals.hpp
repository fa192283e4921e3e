#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/ids.hpp"
#include "base/task.hpp"

namespace kith::cache {

/// What is known of a session by all instances together.
struct SharedPrincipal {
  std::optional<std::string> value;  ///< as it was kept; nothing: the database must be asked
  std::chrono::steady_clock::time_point at;  ///< when the database was, at the latest
  std::string mark;  ///< to be given to `keep` with what the database tells; empty: it is not kept
};

/// What instances tell each other of who may do what, for one loop. The database stays the truth:
/// nothing is kept for longer than `limits::principal_recheck_interval` since it was read there.
class SharedPrincipals {
 public:
  virtual ~SharedPrincipals() = default;

  /// What somebody has kept for a session.
  virtual Task<SharedPrincipal> find(AccountId account, SessionId session) = 0;

  /// Keeps what was read from the database after `find` had given `found`, unless the account was
  /// forgotten since. Nobody waits for it.
  virtual void keep(AccountId account, SessionId session, const SharedPrincipal& found,
                    std::string value) = 0;

  /// Has all instances ask the database again. REQUIRES: the change is committed; called before
  /// this process' own cache is dropped. Nobody waits for it.
  virtual void forget(AccountId account) = 0;
};

}  // namespace kith::cache
