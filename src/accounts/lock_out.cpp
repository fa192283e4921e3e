#include "accounts/lock_out.hpp"

#include "accounts/mailed_links.hpp"
#include "store/rows.hpp"

namespace kith::accounts {

namespace {

const store::Query delete_sessions{"lock_out.delete_sessions",
                                   "delete from sessions where account_id = $1"};
const store::Query delete_app_passwords{"lock_out.delete_app_passwords",
                                        "delete from app_passwords where account_id = $1"};

}  // namespace

void append_lock_out(std::vector<store::Statement>& batch, const AccountId& account) {
  batch.push_back({delete_sessions, store::values(account)});
  batch.push_back({delete_app_passwords, store::values(account)});
  append_link_removal(batch, account);
}

}  // namespace kith::accounts
