#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contacts/write/erase.hpp"
#include "contacts/write/history_bytes.hpp"
#include "contacts/write/purge.hpp"
#include "testing/contacts_fixture.hpp"
#include "testing/watched_store.hpp"

/// Properties of changes in any order: a client that syncs ends equal to the server, and an undo
/// restores exactly the earlier state.
namespace kith::contacts {
namespace {

/// A client that keeps the state it has received.
class Client {
 public:
  std::set<ContactId> held;
  std::optional<std::string> token;

  /// Takes a page. Returns whether there are more.
  bool take(const ChangePage& page) {
    for (const ChangedContact& change : page.items) {
      if (change.deleted) {
        held.erase(change.id);
      } else {
        held.insert(change.id);
      }
    }
    token = page.next_token;
    return page.has_more;
  }
};

/// The steps of two writers, a janitor and a client, each in this order: `a` and `b` write, `j`
/// erases the trash, `c` asks for a page of one change.
constexpr std::string_view steps = "aaabbjcc";

class Interleavings : public ContactsHistory {
 protected:
  void write(AccountId owner, ContactId id, int step) {
    constexpr std::array kinds{ChangeKind::created, ChangeKind::changed, ChangeKind::deleted};
    (void)apply(owner, kinds[static_cast<std::size_t>(step)], id, "N" + std::to_string(step));
  }

  bool sync(AccountId owner, Client& client) {
    const auto page = run(changes_.since(owner, {client.token, 1}));
    EXPECT_TRUE(page) << page.error().detail;
    return page && client.take(*page);
  }

  void play(const std::string& order) {
    const AccountId owner = new_account();
    const std::array ids{ContactId::make(now()), ContactId::make(now()), ContactId::make(now())};
    (void)apply(owner, ChangeKind::created, ids[2], "There from the beginning");
    std::array<int, 2> done{};
    Client client;
    for (const char step : order) {
      const auto writer = static_cast<std::size_t>(step - 'a');
      if (step == 'c') {
        sync(owner, client);
      } else if (step == 'j') {
        (void)run(trash_.erase(owner, {.id = ids[0]}));
      } else {
        write(owner, ids[writer], done[writer]++);
      }
    }
    while (sync(owner, client)) {
    }
    std::set<ContactId> there;
    for (const auto& [id, fact] : facts(owner)) there.insert(id);
    ASSERT_EQ(client.held, there) << order;
  }
};

TEST_P(Interleavings, AClientEqualsTheServerInEveryOrder) {
  std::string order(steps);
  std::ranges::sort(order);
  int played = 0;
  do {
    ++played;
    play(order);
  } while (!HasFatalFailure() && std::ranges::next_permutation(order).found);
  EXPECT_EQ(played, 1680);  // 8! / (3! 2! 1! 2!)
}

TEST_P(ContactsHistory, PurgedDeletionsInvalidateOldTokens) {
  const AccountId owner = new_account();
  const ContactId gone = ContactId::make(now());
  const ContactId kept = ContactId::make(now());
  (void)apply(owner, ChangeKind::created, kept, "Kept");
  (void)apply(owner, ChangeKind::created, gone, "Gone");
  const std::string old_token = run(changes_.since(owner, {{}, 10}))->next_token;
  (void)apply(owner, ChangeKind::deleted, gone);
  EXPECT_EQ(run(purge_trash(*store_, now())).value(), 1);
  EXPECT_EQ(run(changes_.since(owner, {old_token, 10}))->items.size(), 1U) << "the tombstone";
  const std::string new_token = run(changes_.since(owner, {old_token, 10}))->next_token;
  EXPECT_EQ(run(purge_tombstones(*store_, now())).value(), 1);
  EXPECT_EQ(run(changes_.since(owner, {old_token, 10})).error().code, Errc::gone);
  EXPECT_TRUE(run(changes_.since(owner, {new_token, 10}))) << "it has received the deletion";
  const auto anew = run(changes_.since(owner, {{}, 10}));
  EXPECT_EQ(anew->items.size(), 1U);
  EXPECT_TRUE(run(changes_.since(owner, {anew->next_token, 10})));
}

TEST_P(ContactsHistory, PagesOfAFirstSyncSurviveAPurge) {
  const AccountId owner = new_account();
  std::vector<ContactId> ids;
  for (int i = 0; i < 4; ++i) {
    ids.push_back(ContactId::make(now()));
    (void)apply(owner, ChangeKind::created, ids.back(), "N");
  }
  (void)apply(owner, ChangeKind::deleted, ids[3]);
  Client client;
  client.take(run(changes_.since(owner, {{}, 1})).value());
  (void)run(purge_trash(*store_, now()));
  (void)run(purge_tombstones(*store_, now()));
  while (client.take(run(changes_.since(owner, {client.token, 1})).value())) {
  }
  EXPECT_EQ(client.held, (std::set(ids.begin(), ids.begin() + 3)));
}

TEST_P(ContactsHistory, PurgesDeleteAllOldRowsAndNoOthers) {
  const AccountId owner = new_account();
  constexpr int count = 600;  // more than fit in one transaction
  std::vector<Operation> operations;
  for (int i = 0; i < count; ++i) {
    operations.push_back(
        {.kind = ChangeKind::created, .id = ContactId::make(now()), .change = named("N")});
  }
  (void)run(contacts_.apply_all(owner, operations, origin(owner)));
  for (Operation& each : operations) each.kind = ChangeKind::deleted;
  const Time before = now();
  (void)run(contacts_.apply_all(owner, std::span(operations).first(550), origin(owner)));
  EXPECT_EQ(run(purge_trash(*store_, before)).value(), 0);
  EXPECT_EQ(run(purge_history(*store_, before)).value(), count);
  EXPECT_EQ(run(purge_trash(*store_, now())).value(), 550);
  EXPECT_EQ(facts(owner).size(), 50U);
  EXPECT_EQ(run(purge_tombstones(*store_, now())).value(), 550);
  EXPECT_EQ(run(purge_tombstones(*store_, now())).value(), 0);
}

TEST_P(ContactsHistory, ALongHistoryIsErasedInPiecesFromItsOldestChange) {
  const AccountId owner = new_account();
  const ContactId id = ContactId::make(now());
  const ContactId other = ContactId::make(now());
  (void)apply(owner, ChangeKind::created, other, "Other");
  (void)apply(owner, ChangeKind::created, id, "N");
  constexpr int changes = 2 * limits::purge_rows_max + 7;
  for (int i = 0; i < changes; ++i) {
    (void)apply(owner, ChangeKind::changed, id, "N" + std::to_string(i));
  }
  const Contact trashed = apply(owner, ChangeKind::deleted, id).value();
  const Erasure erasure{owner, id, trashed.revision};
  const auto changes_left = [&] {
    return std::stoi(fresh_.value("select count(*) from contact_changes"));
  };
  store::WatchedStore dying(*store_);
  dying.writes_left = 2;  // the contact, and one piece
  EXPECT_FALSE(run(erase_contacts(dying, {&erasure, 1})));
  EXPECT_EQ(changes_left(), 2 * limits::purge_rows_max + 1);
  EXPECT_EQ(run(contacts_.get(owner, id)).error().code, Errc::not_found);
  EXPECT_EQ(run(recount_histories(*store_)).value(), 0) << "history_bytes was kept in step";
  EXPECT_TRUE(run(finish_erasures(*store_)));
  EXPECT_EQ(changes_left(), 1) << "the history of another contact is unchanged";
  EXPECT_EQ(run(recount_histories(*store_)).value(), 0);
  dying.writes_left = 0;
  EXPECT_TRUE(run(finish_erasures(dying))) << "nothing is left to do";
}

/// A restore that comes first keeps everything, whenever the erasure has read the contact.
TEST_P(ContactsHistory, AnErasureThatLosesTheRaceDeletesNoHistory) {
  const AccountId owner = new_account();
  const ContactId id = ContactId::make(now());
  (void)apply(owner, ChangeKind::created, id, "N");
  for (int i = 0; i < limits::purge_rows_max + 1; ++i) {
    (void)apply(owner, ChangeKind::changed, id, "N" + std::to_string(i));
  }
  const Contact trashed = apply(owner, ChangeKind::deleted, id).value();
  const Erasure erasure{owner, id, trashed.revision};
  store::WatchedStore watched(*store_);
  watched.before_write = [&] {
    fresh_.value("update contacts set deleted_at = null, rev = rev + 1");
    watched.before_write = [] {};
  };
  EXPECT_EQ(run(erase_contacts(watched, {&erasure, 1})).value(), 0);
  EXPECT_EQ(fresh_.value("select count(*) from contact_changes"),
            std::to_string(limits::purge_rows_max + 3));
  EXPECT_EQ(fresh_.value("select count(*) from contact_tombstones"), "0");
}

TEST_P(ContactsHistory, AConcurrentlyRestoredContactKeepsItsHistory) {
  const AccountId owner = new_account();
  const ContactId id = ContactId::make(now());
  (void)apply(owner, ChangeKind::created, id, "N");
  const Contact trashed = apply(owner, ChangeKind::deleted, id).value();
  (void)apply(owner, ChangeKind::restored, id);
  const Erasure erasure{owner, id, trashed.revision};
  EXPECT_EQ(run(erase_contacts(*store_, {&erasure, 1})).value(), 0);
  EXPECT_EQ(fresh_.value("select count(*) from contact_changes"), "3");
  EXPECT_EQ(fresh_.value("select contact_count from account_rev"), "1");
}

TEST_P(ContactsHistory, AWrongHistorySizeIsCorrected) {
  const AccountId owner = new_account();
  (void)apply(owner, ChangeKind::created, ContactId::make(now()), "N");
  const AccountId other = new_account();
  const ContactId id = ContactId::make(now());
  (void)apply(other, ChangeKind::created, id, "Before");
  (void)apply(other, ChangeKind::changed, id, "After");
  const std::string sum = "select sum(history_bytes) from account_rev";
  const std::string right = fresh_.value(sum);
  fresh_.value("update account_rev set history_bytes = 7");
  EXPECT_EQ(run(recount_histories(*store_)).value(), 2);
  EXPECT_EQ(fresh_.value(sum), right);
  EXPECT_EQ(run(recount_histories(*store_)).value(), 0);
}

TEST_P(ContactsHistory, AnUndoRestoresTheStateBeforeAnyChange) {
  const AccountId owner = new_account();
  std::mt19937 random{20261124};
  const auto pick = [&](std::size_t count) { return random() % count; };
  std::vector<ContactId> ids;
  for (int round = 0; round < 300; ++round) {
    const Facts before = facts(owner);
    if (ids.size() < 5) ids.push_back(ContactId::make(now()));
    const auto kind = static_cast<ChangeKind>(pick(4));
    const std::string name = (pick(3) == 0 ? "My " : "N ") + std::to_string(pick(5));
    (void)apply(owner, kind, ids[pick(ids.size())], name);
    if (facts(owner) == before) continue;  // refused or unchanged
    const auto undone = run(history_.undo(owner, {}, origin(owner)));
    ASSERT_TRUE(undone) << undone.error().detail;
    ASSERT_EQ(facts(owner), before) << round;
    if (pick(2) == 0) {
      wait();
      (void)run(history_.undo(owner, {}, origin(owner)));  // continues from there
    }
  }
}

TEST_P(ContactsHistory, AnUndoOfManyKeepsLaterChanges) {
  const AccountId owner = new_account();
  std::vector<Operation> operations;
  for (int i = 0; i < 5; ++i) {
    operations.push_back(
        {.kind = ChangeKind::created, .id = ContactId::make(now()), .change = named("N")});
  }
  const Origin change_group = as_change_group(origin(owner));
  (void)run(contacts_.apply_all(owner, std::span(operations).first(3), change_group));
  (void)apply(owner, ChangeKind::changed, operations[0].id, "Changed in between");
  (void)run(contacts_.apply_all(owner, std::span(operations).subspan(3), change_group));
  const auto undone = run(history_.undo(owner, {}, as_change_group(origin(owner))));
  ASSERT_TRUE(undone);
  EXPECT_EQ(undone->undone, 4);
  EXPECT_EQ(undone->skipped, 1);
  const Facts left = facts(owner);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_THAT(left.begin()->second, testing::HasSubstr("Changed in between"));
}

TEST_P(ContactsHistory, ADeletedAccountCausesNoServerError) {
  const AccountId deleted_account = AccountId::make(now());
  const ContactId id = ContactId::make(now());
  for (const bool has_new_id : {false, true}) {
    const auto made = run(contacts_.apply(
        deleted_account,
        {.kind = ChangeKind::created, .id = id, .change = named("N"), .has_new_id = has_new_id},
        origin(deleted_account)));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, Errc::unauthenticated);
  }
  EXPECT_EQ(run(changes_.since(deleted_account, {{}, 10})).error().code, Errc::unauthenticated);
}

INSTANTIATE_TEST_SUITE_P(Databases, ContactsHistory, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);
INSTANTIATE_TEST_SUITE_P(Databases, Interleavings, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::contacts
