#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/ids.hpp"
#include "base/task.hpp"

namespace kith::cache {

/// A session's entry in the cache that all instances share.
struct SharedPrincipal {
  std::optional<std::string> value;          ///< as it was kept; nothing: ask the database
  std::chrono::steady_clock::time_point at;  ///< when the database was read, at the latest
  std::string mark;  ///< passed to `keep` with the database's value; empty: not kept
};

/// Principals shared between instances, for one loop. The database stays authoritative: entries
/// expire within `limits::principal_recheck_interval` after they were read from it.
class SharedPrincipals {
 public:
  virtual ~SharedPrincipals() = default;

  /// Returns the shared entry of a session.
  virtual Task<SharedPrincipal> find(AccountId account, SessionId session) = 0;

  /// Keeps a value that was read from the database after `find` returned `found`, unless the
  /// account was forgotten since. Returns without waiting.
  virtual void keep(AccountId account, SessionId session, const SharedPrincipal& found,
                    std::string value) = 0;

  /// Makes all instances ask the database again. Returns without waiting. REQUIRES: the change is
  /// committed; called before this process's own cache is dropped.
  virtual void forget(AccountId account) = 0;
};

}  // namespace kith::cache
