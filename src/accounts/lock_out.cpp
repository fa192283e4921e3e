#include "accounts/lock_out.hpp"

#include "accounts/mailed_links.hpp"
#include "store/query.hpp"

namespace kith::accounts {

namespace {

const store::Query delete_sessions{"lock_out.delete_sessions",
                                   "delete from sessions where account_id = $1"};
const store::Query delete_app_passwords{"lock_out.delete_app_passwords",
                                        "delete from app_passwords where account_id = $1"};

}  // namespace

void append_lock_out(store::Batch& batch, AccountId account) {
  batch.add(delete_sessions, account);
  batch.add(delete_app_passwords, account);
  append_link_removal(batch, account);
}

}  // namespace kith::accounts
