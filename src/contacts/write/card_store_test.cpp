#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "backup/copy.hpp"
#include "contacts/write/erase.hpp"
#include "contacts/write/history_bytes.hpp"
#include "contacts/write/purge.hpp"
#include "contacts/write/rederive.hpp"
#include "testing/cards_fixture.hpp"
#include "testing/watched_store.hpp"

/// Tests that cards are stored byte for byte, together with everything that derives from them.
namespace kith::contacts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Silent : public backup::Progress {
 public:
  void begin(std::string_view, std::int64_t) override {}
  void add(std::int64_t) override {}
};

TEST_P(Cards, ASimpleContactHasNoCard) {
  const ContactId id = ContactId::make(now());
  apply(owner_, ChangeKind::created, id, "Ann");
  EXPECT_EQ(count("cards"), "0");
  EXPECT_EQ(fact(id, "card_rev"), fact(id, "rev"));
  EXPECT_THAT(keys_of_contact(id), ElementsAre("3 ann"));
  EXPECT_THAT(bytes_of(id), HasSubstr("generated BEGIN:VCARD"));
  rename(id, "Bea");
  set(id, &ContactFields::phone, std::optional<std::string>("+49 30 1234567"));
  EXPECT_EQ(count("cards"), "0");
  EXPECT_EQ(count("contact_changes where old_card is not null"), "0");
  EXPECT_THAT(keys_of_contact(id), ElementsAre("2 +49301234567", "3 bea"));
}

TEST_P(Cards, KeepsTheBytesOfACardAndWhatDerivesFromThem) {
  const ContactId id = add(jane);
  EXPECT_EQ(bytes_of(id), jane);
  const auto contact = run(contacts_.get(owner_, id)).value();
  EXPECT_EQ(contact.first_name, "Jane");
  EXPECT_EQ(contact.email->text, "a@example.org");
  EXPECT_EQ(contact.phone, "+49 30 1234567");
  EXPECT_EQ(fact(id, "uid"), "jane-1");
  EXPECT_EQ(fact(id, "organization"), "Acme");
  EXPECT_EQ(fact(id, "display"), "null") << "what is shown anyway";
  EXPECT_THAT(keys_of_contact(id),
              ElementsAre("1 a@example.org", "1 b@example.org", "2 +49301234567", "3 jane doe"));
}

TEST_P(Cards, KeepsAFormattedNameThatTheSimpleFormDoesNotShow) {
  const ContactId id = add(vcard_of("N:Doe;Jane;;Dr.;|FN:Dr. Jane Doe|"));
  EXPECT_EQ(fact(id, "display"), "Dr. Jane Doe");
  put(id, vcard_of("N:Doe;Jane;;;|FN:Jane Doe|"));
  EXPECT_EQ(fact(id, "display"), "null");
}

TEST_P(Cards, ACardInPlaceOfASimpleContactIsOneChange) {
  const ContactId id = ContactId::make(now());
  apply(owner_, ChangeKind::created, id, "Ann");
  const auto changed = put(id, jane).value();
  EXPECT_EQ(bytes_of(id), jane);
  EXPECT_EQ(fact(id, "card_rev"), std::to_string(changed.revision));
  check_keys(id);
  EXPECT_EQ(count("contact_changes"), "2");
}

TEST_P(Cards, ASimpleEditTouchesOnlyItsLines) {
  const ContactId id = add(jane);
  set(id, &ContactFields::phone, std::optional<std::string>("+49 40 7654321"));
  std::string expected = jane;
  expected.replace(expected.find("+49 30 1234567"), 14, "+49 40 7654321");
  EXPECT_EQ(bytes_of(id), expected);
  check_keys(id);
}

TEST_P(Cards, AFavouriteMovesTheRevisionButNotThatOfTheCard) {
  for (const bool is_explicit : {true, false}) {
    const ContactId id = is_explicit ? add(jane) : ContactId::make(now());
    if (!is_explicit) apply(owner_, ChangeKind::created, id, "Ann");
    const std::string before = fact(id, "card_rev");
    const auto starred = set(id, &ContactFields::favorite, std::optional(true)).value();
    EXPECT_EQ(fact(id, "card_rev"), before);
    EXPECT_EQ(fact(id, "rev"), std::to_string(starred.revision));
    EXPECT_NE(fact(id, "rev"), before);
    EXPECT_EQ(starred.favorite, true);
  }
  EXPECT_EQ(count("contact_changes where old_card is not null"), "0");
}

TEST_P(Cards, WritesNothingWhenNothingChanges) {
  const ContactId explicit_id = add(jane);
  const ContactId simple = ContactId::make(now());
  apply(owner_, ChangeKind::created, simple, "Ann");
  const std::string before = fresh_.value("select rev from account_rev");
  put(explicit_id, jane);
  rename(explicit_id, "Jane");
  const auto contact = run(contacts_.get(owner_, simple)).value();
  EXPECT_TRUE(put(simple, generate(contact, simple.to_string())));  // a client sends it back
  EXPECT_EQ(fresh_.value("select rev from account_rev"), before);
  EXPECT_EQ(count("cards"), "1");
}

TEST_P(Cards, RevertRestoresTheBytesOfEveryRevision) {
  const ContactId id = ContactId::make(now());
  apply(owner_, ChangeKind::created, id, "Ann");
  std::map<std::int64_t, std::string> history;
  const auto remember = [&] {
    history[run(contacts_.get(owner_, id)).value().revision] = bytes_of(id);
  };
  remember();
  rename(id, "Bea");
  remember();
  put(id, jane);
  remember();
  set(id, &ContactFields::phone, std::optional<std::string>("+49 40 1"));
  remember();
  set(id, &ContactFields::favorite, std::optional(true));
  remember();
  put(id, vcard_of("N:;Zoe;;;|FN:Zoe|NOTE:" + std::string(3000, 'x') + "|"));
  remember();
  const std::map<std::int64_t, std::string> all = history;
  for (const auto& [revision, bytes] : all) {
    ASSERT_TRUE(run(history_.revert(owner_, {.id = id}, revision, origin(owner_)))) << revision;
    EXPECT_EQ(bytes_of(id), bytes) << revision;
    check_keys(id);
  }
  for (auto each = all.rbegin(); each != all.rend(); ++each) {
    ASSERT_TRUE(run(history_.revert(owner_, {.id = id}, each->first, origin(owner_))));
    EXPECT_EQ(bytes_of(id), each->second) << each->first;
  }
  EXPECT_EQ(run(recount_histories(*store_)).value(), 0) << "old cards are counted";
}

TEST_P(Cards, UndoMakesACardImplicitAgain) {
  const ContactId id = ContactId::make(now());
  apply(owner_, ChangeKind::created, id, "Ann");
  const std::string before = bytes_of(id);
  put(id, jane);
  EXPECT_EQ(run(history_.undo(owner_, {}, origin(owner_))).value().undone, 1);
  EXPECT_EQ(bytes_of(id), before);
  EXPECT_EQ(count("cards"), "0");
  EXPECT_EQ(fact(id, "has_card"), "0");
  EXPECT_EQ(fact(id, "uid"), "null");
  EXPECT_EQ(fact(id, "organization"), "null");
  check_keys(id);
  wait();
  EXPECT_EQ(run(history_.undo(owner_, {}, origin(owner_))).value().undone, 1);
  EXPECT_EQ(bytes_of(id), jane) << "an undo can be undone";
  check_keys(id);
}

TEST_P(Cards, UndoOfManyRestoresAllBytes) {
  std::vector<ContactId> ids;
  std::vector<Operation> operations;
  for (int i = 0; i < 5; ++i) {
    const std::string number = std::to_string(i);
    ids.push_back(add(vcard_of("UID:u" + number + "|N:;A" + number + ";;;|NOTE:n|")));
    operations.push_back({.id = ids.back(), .change = replacing(vcard_of("N:;B;;;|"))});
  }
  const Origin group = as_change_group(origin(owner_));
  for (const auto& each : run(contacts_.apply_all(owner_, operations, group))) EXPECT_TRUE(each);
  EXPECT_EQ(run(history_.undo(owner_, {}, origin(owner_))).value().undone, 5);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::string number = std::to_string(i);
    EXPECT_EQ(bytes_of(ids[i]), vcard_of("UID:u" + number + "|N:;A" + number + ";;;|NOTE:n|"));
  }
}

TEST_P(Cards, TheTrashKeepsACardAndErasureDeletesAllOfIt) {
  const ContactId id = add(jane);
  const ContactId other = add(vcard_of("N:;Zoe;;;|"));
  apply({.kind = ChangeKind::deleted, .id = id});
  EXPECT_EQ(count("cards"), "2");
  apply({.kind = ChangeKind::restored, .id = id});
  EXPECT_EQ(bytes_of(id), jane);
  EXPECT_EQ(fact(id, "card_rev"), fact(id, "rev")) << "the URL exists again";
  apply({.kind = ChangeKind::deleted, .id = id});
  EXPECT_TRUE(run(trash_.erase(owner_, {.id = id})));
  EXPECT_EQ(count("cards"), "1");
  EXPECT_THAT(keys_of_contact(id), IsEmpty());
  check_keys(other);
}

TEST_P(Cards, ErasureFindsTheKeysOfADamagedCard) {
  const ContactId id = add(jane);
  const ContactId other = add(vcard_of("N:;Zoe;;;|"));
  apply({.kind = ChangeKind::deleted, .id = id});
  fresh_.value(
      "update cards set content = account_id where id in "
      "(select id from contacts where deleted_at is not null)");
  const ContactId older = add(vcard_of("FN:Older|EMAIL:o@example.org|"));
  fresh_.value("update contacts set derived_version = 0 where first_name = 'Older'");
  apply({.kind = ChangeKind::deleted, .id = older});
  EXPECT_EQ(run(purge_trash(*store_, now())).value(), 2);
  EXPECT_THAT(keys_of_contact(id), IsEmpty());
  EXPECT_THAT(keys_of_contact(older), IsEmpty());
  check_keys(other);
}

TEST_P(Cards, AWriteThatLostARaceWritesNoPartOfItsCard) {
  const ContactId id = add(jane);
  store::WatchedStore watched(*store_);
  Contacts slow(watched, rules_);
  const std::string theirs = vcard_of("UID:jane-1|N:;Zoe;;;|TEL:+49 40 7|");
  boost::asio::io_context elsewhere{1};
  const auto other_store = database_->attach(elsewhere.get_executor());
  Contacts others(*other_store, rules_);
  watched.before_write = [&] {
    auto done = boost::asio::co_spawn(
        elsewhere, others.apply(owner_, {.id = id, .change = replacing(theirs)}, origin(owner_)),
        boost::asio::use_future);
    elsewhere.run();
    EXPECT_TRUE(done.get());
    watched.before_write = [] {};
  };
  const auto seen = run(contacts_.get(owner_, id)).value().revision;
  Operation late{
      .id = id, .seen = {seen}, .change = replacing(vcard_of("N:;Late;;;|TEL:+49 50 8|"))};
  EXPECT_FALSE(run(slow.apply(owner_, std::move(late), origin(owner_))));
  EXPECT_EQ(bytes_of(id), theirs);
  EXPECT_EQ(fact(id, "uid"), "jane-1");
  check_keys(id);
}

TEST_P(Cards, ACrashLeavesCardKeysAndHistoryInAgreement) {
  const ContactId id = add(jane);
  store::WatchedStore dying(*store_);
  dying.writes_left = 0;
  Contacts contacts(dying, rules_);
  EXPECT_FALSE(run(contacts.apply(owner_, {.id = id, .change = replacing(vcard_of("N:;Zoe;;;|"))},
                                  origin(owner_))));
  EXPECT_EQ(bytes_of(id), jane);
  check_keys(id);
  EXPECT_EQ(count("contact_changes"), "1");
}

TEST_P(Cards, ContactsOfAnOlderVersionGetTheirKeys) {
  const ContactId edited = ContactId::make(now());
  const ContactId idle = ContactId::make(now());
  apply(owner_, ChangeKind::created, edited, "Ann");
  apply(owner_, ChangeKind::created, idle, "Bea");
  fresh_.value("delete from contact_keys");
  fresh_.value("update contacts set derived_version = 8589934592");
  set(edited, &ContactFields::favorite, std::optional(true));
  check_keys(edited);
  EXPECT_EQ(run(recompute_derived(*store_)).value(), 1);
  check_keys(idle);
}

TEST_P(Cards, ACopyHasTheSameCards) {
  const ContactId id = add(jane);
  rename(id, "Joan");
  const std::string bytes = bytes_of(id);
  for (const test::DatabaseKind kind : test::database_kinds()) {
    const test::FreshDatabase other(kind);
    const auto target = other.migrated();
    Silent progress;
    backup::copy(*database_->bulk(store::BulkMode::read), *target->bulk(store::BulkMode::write),
                 progress);
    const auto attached = target->attach(loop_.get_executor());
    Contacts contacts(*attached, rules_);
    History history(*attached, contacts, cursors_);
    const auto copied = run(contacts.get_card(owner_, id)).value();
    EXPECT_EQ(copied.explicit_card->bytes(), bytes);
    EXPECT_EQ(run(history.undo(owner_, {}, origin(owner_))).value().undone, 1);
    EXPECT_EQ(run(contacts.get_card(owner_, id)).value().explicit_card->bytes(), jane);
    EXPECT_EQ(other.value("select count(*) from contact_keys"), count("contact_keys"));
  }
}

TEST_P(Cards, StoresAPhotoOnceAndApart) {
  const auto with_photo = [](char content) {
    return vcard_of("N:Doe;Jane;;;|FN:Jane Doe|PHOTO;ENCODING=b;TYPE=JPEG:/9j/" +
                    std::string(6000, content) + "|TEL:1|");
  };
  const ContactId id = add(with_photo('A'));
  const std::string hash = "select count(distinct photo_hash) from contacts";
  EXPECT_EQ(count("card_parts"), "1");
  EXPECT_EQ(count("cards where length(content) < 200"), "1");
  EXPECT_EQ(bytes_of(id), with_photo('A'));
  EXPECT_EQ(fresh_.value(hash), "1");
  const std::int64_t first = run(contacts_.get(owner_, id)).value().revision;
  rename(id, "Joan");
  EXPECT_EQ(count("card_parts"), "1");
  const std::int64_t second = run(contacts_.get(owner_, id)).value().revision;
  put(id, with_photo('B'));
  EXPECT_EQ(count("card_parts"), "1") << "the history has the old photo";
  EXPECT_EQ(bytes_of(id), with_photo('B'));
  put(id, vcard_of("N:;Zoe;;;|"));
  EXPECT_EQ(count("card_parts"), "0");
  EXPECT_EQ(fresh_.value(hash), "0");
  EXPECT_TRUE(run(history_.revert(owner_, {.id = id}, second, origin(owner_))));
  EXPECT_THAT(bytes_of(id), HasSubstr("Joan"));
  EXPECT_TRUE(run(history_.revert(owner_, {.id = id}, first, origin(owner_))));
  EXPECT_EQ(bytes_of(id), with_photo('A'));
  EXPECT_EQ(count("card_parts"), "1");
  apply({.kind = ChangeKind::deleted, .id = id});
  EXPECT_TRUE(run(trash_.erase(owner_, {.id = id})));
  EXPECT_EQ(count("card_parts"), "0");
}

/// After any sequence of changes, every state of the history can be restored byte for byte.
TEST_P(Cards, AnySequenceOfChangesCanBeTakenBack) {
  std::mt19937 random(7);
  const auto text = [&] { return std::to_string(random() % 1000); };
  const ContactId id = ContactId::make(now());
  apply(owner_, ChangeKind::created, id, "Ann");
  std::vector<std::pair<std::int64_t, std::string>> states;
  for (int step = 0; step < 40; ++step) {
    switch (random() % 5) {
      case 0: rename(id, "N" + text()); break;
      case 1: set(id, &ContactFields::notes, std::optional("n" + text())); break;
      case 2: set(id, &ContactFields::favorite, std::optional(random() % 2 == 0)); break;
      case 3:
        put(id, vcard_of("N:;P" + text() + ";;;|TEL:" + text() + "|NOTE:" + text() + "|"));
        break;
      default:
        if (states.empty()) break;
        const auto target = states[random() % states.size()];
        ASSERT_TRUE(run(history_.revert(owner_, {.id = id}, target.first, origin(owner_))));
        EXPECT_EQ(bytes_of(id), target.second);
    }
    check_keys(id);
    states.emplace_back(run(contacts_.get(owner_, id)).value().revision, bytes_of(id));
  }
  EXPECT_EQ(run(recount_histories(*store_)).value(), 0);
}

INSTANTIATE_TEST_SUITE_P(Databases, Cards, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::contacts
