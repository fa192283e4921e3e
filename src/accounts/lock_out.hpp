#pragma once

#include "base/ids.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// Takes away every way into an account but its password: sessions, mailed links and app passwords.
/// For when somebody else may have made them.
void append_lock_out(store::Batch& batch, AccountId account);

}  // namespace kith::accounts
