#include <future>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/contacts_fixture.hpp"

/// Tests that `ContactRules::contacts_max` holds exactly under any number of concurrent creations.
namespace kith::contacts {
namespace {

constexpr int most = 5;

class Quota : public ContactsHistory {
 protected:
  Quota() { rules_.contacts_max = most; }

  Operation creation(bool has_new_id) {
    return {.kind = ChangeKind::created,
            .id = ContactId::make(now()),
            .change = named("N"),
            .has_new_id = has_new_id};
  }

  /// Alternates new ids and ids chosen by the client.
  std::vector<Operation> creations(int count) {
    std::vector<Operation> operations;
    for (int i = 0; i < count; ++i) operations.push_back(creation(i % 2 == 0));
    return operations;
  }

  /// Runs each operation separately, all at the same time, on two processes in turn.
  std::vector<Result<Contact>> apply_at_once(const std::vector<Operation>& operations) {
    std::vector<std::future<Result<Contact>>> running;
    for (const Operation& each : operations) {
      Contacts& process = running.size() % 2 == 0 ? contacts_ : other_process_;
      running.push_back(
          asio::co_spawn(loop_, process.apply(owner_, each, origin(owner_)), asio::use_future));
    }
    loop_.restart();
    loop_.run();
    std::vector<Result<Contact>> results;
    for (auto& each : running) results.push_back(each.get());
    return results;
  }

  std::string count() { return fresh_.value("select contact_count from account_rev"); }
  std::string stored() { return fresh_.value("select count(*) from contacts"); }

  const AccountId owner_ = new_account();
  // SQLite allows one process: there, the second is another loop.
  std::unique_ptr<store::Database> other_database_ =
      GetParam() == test::DatabaseKind::postgres ? fresh_.open() : nullptr;
  std::unique_ptr<store::Store> other_store_ =
      (other_database_ ? *other_database_ : *database_).attach(loop_.get_executor());
  Contacts other_process_{*other_store_, rules_};
};

int successes(const std::vector<Result<Contact>>& results) {
  int count = 0;
  for (const auto& each : results) {
    count += each ? 1 : 0;
    if (!each) EXPECT_EQ(each.error().slug, "too-many-contacts") << each.error().detail;
  }
  return count;
}

TEST_P(Quota, ConcurrentCreatesStopAtTheLimit) {
  EXPECT_EQ(successes(apply_at_once(creations(3 * most))), most);
  EXPECT_EQ(stored(), "5");
  EXPECT_EQ(count(), "5");
}

TEST_P(Quota, AFullAccountIsFullForOtherProcesses) {
  EXPECT_EQ(successes(run(contacts_.apply_all(owner_, creations(most), origin(owner_)))), most);
  for (const bool has_new_id : {true, false}) {
    const auto more = run(other_process_.apply(owner_, creation(has_new_id), origin(owner_)));
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().slug, "too-many-contacts");
  }
  EXPECT_EQ(stored(), "5");
}

TEST_P(Quota, ConcurrentBatchesStopAtTheLimit) {
  rules_.contacts_max = 250;
  const auto operations = creations(180);
  const auto others = creations(180);
  auto first = asio::co_spawn(loop_, contacts_.apply_all(owner_, operations, origin(owner_)),
                              asio::use_future);
  auto second = asio::co_spawn(loop_, other_process_.apply_all(owner_, others, origin(owner_)),
                               asio::use_future);
  loop_.restart();
  loop_.run();
  EXPECT_EQ(successes(first.get()) + successes(second.get()), 250);
  EXPECT_EQ(stored(), "250");
  EXPECT_EQ(count(), "250");
}

TEST_P(Quota, ARefusedCreateUsesNoQuota) {
  const ContactId taken = apply(owner_, ChangeKind::created, ContactId::make(now())).value().id;
  std::vector<Operation> operations = creations(most + 2);
  operations[1].id = taken;
  const auto results = run(contacts_.apply_all(owner_, operations, origin(owner_)));
  std::vector<bool> written;
  for (const auto& each : results) written.push_back(each.has_value());
  EXPECT_THAT(written, testing::ElementsAre(true, false, true, true, true, false, false));
  EXPECT_EQ(results[1].error().code, Errc::conflict);
  EXPECT_EQ(results[5].error().slug, "too-many-contacts");
  const auto again = run(contacts_.apply(owner_, operations[1], origin(owner_)));
  EXPECT_EQ(again.error().code, Errc::conflict) << "the id is taken, and the account full";
}

TEST_P(Quota, AContactCreatedTwiceConcurrentlyCountsOnce) {
  for (int round = 1; round <= most; ++round) {
    const Operation operation = creation(false);
    int made = 0;
    for (const auto& each : apply_at_once({operation, operation})) made += each ? 1 : 0;
    EXPECT_EQ(made, 1);
    EXPECT_EQ(count(), std::to_string(round));
  }
}

TEST_P(Quota, TheTrashCountsUntilPermanentDeletion) {
  const auto all = run(contacts_.apply_all(owner_, creations(most), origin(owner_)));
  const ContactId id = all.front().value().id;
  ASSERT_TRUE(apply(owner_, ChangeKind::deleted, id));
  EXPECT_FALSE(apply(owner_, ChangeKind::created, ContactId::make(now())));
  ASSERT_TRUE(apply(owner_, ChangeKind::restored, id)) << "it has kept its place";
  ASSERT_TRUE(apply(owner_, ChangeKind::deleted, id));
  ASSERT_TRUE(run(trash_.erase(owner_, {.id = id})));
  EXPECT_TRUE(apply(owner_, ChangeKind::created, ContactId::make(now())));
}

TEST_P(Quota, ADeletedAccountIsNotFull) {
  for (const bool has_new_id : {true, false}) {
    const auto made =
        run(contacts_.apply(AccountId::make(now()), creation(has_new_id), origin(owner_)));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Errc::unauthenticated);
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, Quota, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::contacts
