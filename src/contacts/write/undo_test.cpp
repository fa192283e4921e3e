#include <algorithm>
#include <chrono>
#include <future>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contacts/write/purge.hpp"
#include "testing/contacts_fixture.hpp"

/// Tests of bulk changes that end half-way, repeated undos, and the size of the history.
namespace kith::contacts {
namespace {

/// A store whose writes fail after a given number.
class FailingStore : public store::Store {
 public:
  explicit FailingStore(store::Store& store) : store_(store) {}

  /// Lets the next `count` writes succeed and later ones fail.
  void fail_after(int count) { left_ = count; }
  void heal() { left_.reset(); }

  Task<Result<store::Rows>> read(const store::Query& query, store::Values values,
                                 store::Lane lane) override {
    return store_.read(query, std::move(values), lane);
  }

  Task<Result<store::WrittenRows>> write(AccountId account, store::Batch statements) override {
    if (left_ && (*left_)-- <= 0) co_return refuse(Errc::disk_full, "");
    co_return co_await store_.write(account, std::move(statements));
  }

 private:
  store::Store& store_;
  std::optional<int> left_;
};

/// Tests of bulk changes that end half-way.
class HalfWay : public ContactsHistory {
 protected:
  static constexpr int count = 1000;

  /// Creates contacts together, then deletes or renames them together.
  void fill(ChangeKind kind) {
    std::vector<Operation> operations;
    for (int i = 0; i < count; ++i) {
      operations.push_back(
          {.kind = ChangeKind::created, .id = ContactId::make(now()), .change = named("N")});
    }
    (void)run(contacts_.apply_all(owner_, operations, as_change_group(origin(owner_))));
    before_ = facts(owner_);
    for (Operation& each : operations) {
      each.kind = kind;
      each.change = named("Changed");
    }
    (void)run(contacts_.apply_all(owner_, operations, as_change_group(origin(owner_))));
    changed_ = facts(owner_);
  }

  /// Returns the request as it is repeated under its key.
  static Origin repeated(Origin origin) {
    origin.repeated_since = origin.at;
    origin.at.micros += 1'000'000;
    return origin;
  }

  const AccountId owner_ = new_account();
  Facts before_, changed_;
  FailingStore failing_{*store_};
  Contacts contacts_on_failing_{failing_, rules_};
  History history_on_failing_{failing_, contacts_on_failing_, cursors_};
  Trash trash_on_failing_{failing_, contacts_on_failing_, cursors_};
};

TEST_P(HalfWay, ARepeatCompletesAnUndo) {
  for (const ChangeKind kind : {ChangeKind::changed, ChangeKind::deleted}) {
    fill(kind);
    const Origin first = as_change_group(origin(owner_));
    for (const int writes : {0, 1, 2, 5}) {
      failing_.fail_after(writes);
      const auto undone = run(history_on_failing_.undo(owner_, {}, repeated(first)));
      ASSERT_FALSE(undone) << writes;
      EXPECT_EQ(undone.error().code, Errc::disk_full);
      failing_.heal();
    }
    EXPECT_NE(facts(owner_), changed_) << "some changes were reverted";
    EXPECT_NE(facts(owner_), before_) << "but not all of them";
    const auto undone = run(history_on_failing_.undo(owner_, {}, repeated(first)));
    ASSERT_TRUE(undone);
    EXPECT_EQ(undone->undone, count);
    EXPECT_EQ(undone->skipped, 0);
    EXPECT_EQ(facts(owner_), before_);
    wait();
    wait();
    EXPECT_EQ(run(history_.undo(owner_, {}, origin(owner_)))->undone, count) << "as one change";
    EXPECT_EQ(facts(owner_), changed_);
  }
}

TEST_P(HalfWay, ARepeatedUndoKeepsLaterChanges) {
  fill(ChangeKind::changed);
  const Origin first = as_change_group(origin(owner_));
  failing_.fail_after(4);
  ASSERT_FALSE(run(history_on_failing_.undo(owner_, {}, first)));
  failing_.heal();
  const ContactId other = before_.begin()->first;
  ASSERT_TRUE(apply(owner_, ChangeKind::changed, other, "By another"));
  const auto undone = run(history_.undo(owner_, {}, repeated(first)));
  ASSERT_TRUE(undone);
  EXPECT_EQ(undone->undone, count - 1);
  EXPECT_EQ(undone->skipped, 1);
  EXPECT_THAT(facts(owner_).at(other), testing::HasSubstr("By another"));
}

TEST_P(HalfWay, ARepeatCompletesARestore) {
  fill(ChangeKind::deleted);
  const Origin first = as_change_group(origin(owner_));
  failing_.fail_after(4);
  const auto failed = run(trash_on_failing_.restore_since(owner_, {}, first));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::disk_full);
  failing_.heal();
  EXPECT_EQ(run(trash_.restore_since(owner_, {}, repeated(first))).value(), count);
  EXPECT_EQ(facts(owner_), before_);
}

TEST_P(HalfWay, ABatchCountsCompletedOperations) {
  fill(ChangeKind::changed);
  const Origin first = as_change_group(origin(owner_));
  std::vector<Operation> operations;
  for (const auto& [id, fact] : changed_) {
    operations.push_back({.kind = ChangeKind::deleted, .id = id, .seen = {}});
  }
  failing_.fail_after(3);
  const auto part = run(contacts_on_failing_.apply_all(owner_, operations, first));
  EXPECT_EQ(std::ranges::count_if(part, &Result<Contact>::has_value), 300);
  failing_.heal();
  const auto all = run(contacts_.apply_all(owner_, operations, repeated(first)));
  EXPECT_EQ(std::ranges::count_if(all, &Result<Contact>::has_value), count);
}

class Undos : public ContactsHistory {};

TEST_P(Undos, ADoubleClickUndoesOnce) {
  const AccountId owner = new_account();
  const ContactId id = ContactId::make(now());
  (void)apply(owner, ChangeKind::created, id, "A");
  (void)apply(owner, ChangeKind::changed, id, "B");
  const Facts changed = facts(owner);
  ASSERT_EQ(run(history_.undo(owner, {}, origin(owner)))->undone, 1);
  const Facts undone = facts(owner);
  ASSERT_NE(undone, changed);
  const auto second = run(history_.undo(owner, {}, origin(owner)));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->undone, 1) << "the result of the first undo";
  EXPECT_EQ(facts(owner), undone);
  wait();
  EXPECT_EQ(run(history_.undo(owner, {}, origin(owner)))->undone, 1);
  EXPECT_EQ(facts(owner), changed) << "later it is a redo";
}

TEST_P(Undos, ConcurrentUndosAreOne) {
  const AccountId owner = new_account();
  const ContactId id = ContactId::make(now());
  (void)apply(owner, ChangeKind::created, id, "A");
  const Facts before = facts(owner);
  (void)apply(owner, ChangeKind::changed, id, "B");
  std::vector<std::future<Result<Undone>>> undos;
  for (int i = 0; i < 8; ++i) {
    undos.push_back(
        asio::co_spawn(loop_, history_.undo(owner, {}, origin(owner)), asio::use_future));
  }
  loop_.restart();
  loop_.run();
  for (auto& each : undos) {
    const auto undone = each.get();
    ASSERT_TRUE(undone) << undone.error().detail;
    EXPECT_EQ(undone->undone, 1);
  }
  EXPECT_EQ(facts(owner), before);
}

const store::Query noted_history_bytes(
    "test.noted_history_bytes", "select history_bytes from account_rev where account_id = $1");
const store::Query counted_history("test.counted_history",
                                   "select coalesce(sum(150 + coalesce(length(old_values), 0)), 0) "
                                   "as bytes, coalesce(min(rev), 0) as oldest, "
                                   "coalesce(max(rev), 0) as newest "
                                   "from contact_changes where account_id = $1");

class HistoryBytes : public ContactsHistory {
 protected:
  std::int64_t noted(AccountId owner) {
    return number(noted_history_bytes, owner, "history_bytes");
  }
  /// Sums a column over texts of single-byte characters.
  std::int64_t counted(AccountId owner, const char* column = "bytes") {
    return number(counted_history, owner, column);
  }

 private:
  std::int64_t number(const store::Query& query, AccountId owner, const char* column) {
    const auto rows = run(store_->read(query, store::values(owner))).value();
    return store::read_column<std::int64_t>(rows, column);
  }
};

TEST_P(HistoryBytes, AreCountedByEveryChange) {
  const AccountId owner = new_account();
  std::mt19937 random{20261130};
  const auto pick = [&](std::size_t count) { return random() % count; };
  std::vector<ContactId> ids;
  for (int round = 0; round < 200; ++round) {
    if (ids.size() < 6) ids.push_back(ContactId::make(now()));
    const ContactId id = ids[pick(ids.size())];
    (void)apply(owner, static_cast<ChangeKind>(pick(4)), id, std::string(pick(50), 'x'));
    wait();
    if (pick(8) == 0) (void)run(history_.undo(owner, {}, origin(owner)));
    if (pick(10) == 0) (void)run(trash_.erase(owner, {.id = id}));
    if (pick(40) == 0) (void)run(purge_history(*store_, now()));
    if (pick(20) == 0) (void)run(trim_history(*store_, owner, 2000));
    ASSERT_EQ(noted(owner), counted(owner)) << round;
  }
}

TEST_P(HistoryBytes, AreBoundedByDeletingTheOldest) {
  const AccountId owner = new_account();
  const ContactId id = ContactId::make(now());
  (void)apply(owner, ChangeKind::created, id, "N");
  for (int i = 0; i < 700; ++i) {
    (void)apply(owner, ChangeKind::changed, id, std::string(100, i % 2 ? 'a' : 'b'));
  }
  const std::int64_t newest = counted(owner, "newest");
  constexpr std::int64_t most = 20'000;
  ASSERT_GT(counted(owner), 3 * most);
  const auto deleted = run(trim_histories(*store_, most));
  EXPECT_EQ(counted(owner, "oldest"), *deleted + 1);
  EXPECT_LE(noted(owner), most);
  EXPECT_GT(noted(owner), most - 500) << "no more than needed";
  EXPECT_EQ(noted(owner), counted(owner));
  EXPECT_EQ(counted(owner, "newest"), newest);
  EXPECT_EQ(run(trim_histories(*store_, most)).value(), 0);
}

TEST_P(HistoryBytes, AreBoundedByTheWritesThemselves) {
  rules_.history_bytes_max = 300'000;
  const AccountId owner = new_account();
  const ContactId id = ContactId::make(now());
  const Change noisy = [n = 0](const Contact* current) mutable {
    ContactFields fields = current ? ContactFields(*current) : ContactFields();
    fields.first_name = "N";
    fields.notes = std::string(9'000, ++n % 2 ? 'a' : 'b');
    return Result<ContactFields>(fields);
  };
  (void)run(contacts_.apply(owner, {.kind = ChangeKind::created, .id = id, .change = noisy},
                            origin(owner)));
  std::int64_t largest = 0;
  for (int i = 0; i < 300; ++i) {
    const auto changed = run(contacts_.apply(
        owner, {.kind = ChangeKind::changed, .id = id, .change = noisy}, origin(owner)));
    ASSERT_TRUE(changed);
    largest = std::max(largest, noted(owner));
  }
  EXPECT_LE(largest, rules_.history_bytes_max + limits::history_check_bytes + 10'000);
  EXPECT_EQ(noted(owner), counted(owner));
}

INSTANTIATE_TEST_SUITE_P(Databases, HalfWay, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);
INSTANTIATE_TEST_SUITE_P(Databases, HistoryBytes, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);
INSTANTIATE_TEST_SUITE_P(Databases, Undos, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::contacts
