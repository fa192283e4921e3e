#pragma once

#include <vector>

#include "base/ids.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// Takes away every way into an account but its password: sessions, mailed links and app passwords.
/// For when somebody else may have made them. REQUIRES: `account` outlives the write.
void append_lock_out(std::vector<store::Statement>& batch, const AccountId& account);

}  // namespace kith::accounts
