#pragma once

#include <memory>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "base/task.hpp"
#include "store/store.hpp"
#include "testing/fresh_database.hpp"

/// The fixture for tests that run on an event loop with a store of each database kind.
namespace kith::test {

// Queries are defined at namespace scope because a database knows only those that exist when it is
// opened.

/// Inserts an account without a name.
inline const store::Query insert_account(
    "test.insert_account",
    "insert into accounts (id, username, email, role, password_hash, "
    "created_at, updated_at) values ($1, '', '', 'user', '', 0, 0)");
/// Inserts the revision of an account.
inline const store::Query insert_revision(
    "test.insert_account_rev", "insert into account_rev (account_id, rev) values ($1, 0)");

/// A fresh database with the current schema, attached to an event loop.
class StoreFixture : public testing::TestWithParam<DatabaseKind> {
 protected:
  /// Runs the loop until it has no more work, and returns the result of `task`.
  template <class T>
  T run(Task<T> task) {
    auto result = boost::asio::co_spawn(loop_, std::move(task), boost::asio::use_future);
    loop_.restart();
    loop_.run();
    return result.get();
  }

  AccountId new_account() {
    const AccountId id = AccountId::make(Clock().now());
    store::Batch batch;
    batch.add(insert_account, id);
    batch.add(insert_revision, id);
    EXPECT_TRUE(run(store_->write(id, std::move(batch))));
    return id;
  }

  const FreshDatabase fresh_{GetParam()};
  boost::asio::io_context loop_{1};
  std::unique_ptr<store::Database> database_ = fresh_.migrated();
  std::unique_ptr<store::Store> store_ = database_->attach(loop_.get_executor());
};

}  // namespace kith::test
