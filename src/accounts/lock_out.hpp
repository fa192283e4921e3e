#pragma once

#include <vector>

#include "base/ids.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// Appends statements that end all sessions and revoke all mailed links and app passwords of an
/// account: after a password reset these may belong to an attacker. REQUIRES: `account` outlives
/// the write.
void append_lock_out(std::vector<store::Statement>& batch, const AccountId& account);

}  // namespace kith::accounts
