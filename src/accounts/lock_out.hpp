#pragma once

#include "base/ids.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// Ends all sessions of an account and revokes its mailed links and app passwords, because an
/// attacker may have created them. The password stays valid.
void append_lock_out(store::Batch& batch, AccountId account);

}  // namespace kith::accounts
