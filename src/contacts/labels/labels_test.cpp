#include <random>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contacts/write/purge.hpp"
#include "testing/labels_fixture.hpp"

/// Tests that labels, the CATEGORIES of cards and group cards stay in agreement.
namespace kith::contacts {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const store::Query make_book("test.make_book",
                             "insert into books (account_id, number, name, title, rev) "
                             "values ($1, 2, 'two', 'Two', 0)");

class LabelStore : public LabelsFixture {
 protected:
  /// Runs two tasks at once.
  template <class T>
  std::pair<T, T> run_both(Task<T> first, Task<T> second) {
    auto one = boost::asio::co_spawn(loop_, std::move(first), boost::asio::use_future);
    T two = run(std::move(second));
    return {one.get(), std::move(two)};
  }

  /// Returns a card with a UID.
  static std::string person(const std::string& uid, const std::string& more = {}) {
    return vcard_of("UID:" + uid + "|N:P;" + uid + ";;;|FN:" + uid + " P|" + more);
  }

  static std::string group_card(const std::string& name, const std::vector<std::string>& members) {
    std::string lines = "N:" + name + "|FN:" + name + "|X-ADDRESSBOOKSERVER-KIND:group|";
    for (const std::string& each : members) {
      lines += "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:" + each + "|";
    }
    return vcard_of(lines + "UID:group-" + name + "|");
  }

  ContactId simple(const std::string& name) {
    const ContactId id = ContactId::make(now());
    EXPECT_TRUE(apply(owner_, ChangeKind::created, id, name));
    return id;
  }
};

TEST_P(LabelStore, CategoriesOfACardAreItsLabels) {
  const ContactId id = add(person("ann", "CATEGORIES:Choir,Work,myContacts|"));
  EXPECT_THAT(names(id), ElementsAre("Choir", "Work"));
  check_labels();
  put(id, person("ann", "CATEGORIES:work|"));
  EXPECT_THAT(names(id), ElementsAre("Work"));
  EXPECT_TRUE(find("Choir")) << "a label without contacts stays";
  check_labels();
  put(id, person("ann"));
  EXPECT_THAT(names(id), IsEmpty());
  check_labels();
}

TEST_P(LabelStore, ASimpleContactHasNoRowsOfLabels) {
  make("Choir");
  const ContactId id = simple("Ann");
  rename(id, "Bea");
  EXPECT_EQ(count("contact_labels"), "0");
  EXPECT_EQ(count("cards"), "0");
}

TEST_P(LabelStore, PuttingALabelOnEditsCategories) {
  make("Choir");
  const ContactId ann = simple("Ann");
  EXPECT_TRUE(put_on("Choir", ann));
  EXPECT_THAT(bytes_of(ann), HasSubstr("\r\nCATEGORIES:Choir\r\nEND:VCARD"));
  check_labels();
  const auto again = put_on("Choir", ann);
  EXPECT_EQ(std::to_string(again->revision), fact(ann, "rev")) << "nothing changed";
  EXPECT_TRUE(take_off("Choir", ann));
  EXPECT_THAT(bytes_of(ann), Not(HasSubstr("CATEGORIES")));
  check_labels();
  undo();
  EXPECT_THAT(names(ann), ElementsAre("Choir"));
  check_labels();
  undo();
  undo();
  check_labels();
}

TEST_P(LabelStore, RenamingWritesTheNameIntoAllCards) {
  std::vector<ContactId> ids;
  const LabelId choir = make("Choir");
  for (int i = 0; i < 103; ++i) {
    ids.push_back(
        add(person("p" + std::to_string(i), "CATEGORIES:A" + std::to_string(i % 3) + ",Choir|")));
  }
  const std::string before = bytes_of(ids.front());
  const auto renamed = rename_label(choir, "Band");
  ASSERT_TRUE(renamed);
  EXPECT_EQ(renamed->contacts, 103);
  EXPECT_THAT(bytes_of(ids.front()), HasSubstr("CATEGORIES:A0,Band\r\n"));
  EXPECT_EQ(find("Choir"), std::nullopt);
  check_labels();
  EXPECT_EQ(undo().undone, 104) << "the contacts and the label";
  EXPECT_EQ(bytes_of(ids.front()), before);
  EXPECT_EQ(find("Choir"), choir);
  check_labels();
  EXPECT_EQ(undo().undone, 104) << "an undo can be undone";
  EXPECT_EQ(find("Band"), choir);
  check_labels();
}

TEST_P(LabelStore, DeletingTakesItOffItsContactsOnly) {
  const LabelId choir = make("Choir");
  const ContactId ann = add(person("ann", "CATEGORIES:Choir|"));
  const ContactId gone = add(person("gone", "CATEGORIES:Choir|"));
  apply(owner_, ChangeKind::deleted, gone);
  const std::string before = bytes_of(ann);
  ASSERT_TRUE(run(labels_.remove(target(choir), group())));
  EXPECT_EQ(bytes_of(ann), person("ann"));
  EXPECT_EQ(count("labels"), "0");
  check_labels();
  EXPECT_EQ(undo().undone, 2);
  EXPECT_EQ(find("Choir"), choir) << "with its id";
  EXPECT_EQ(bytes_of(ann), before);
  check_labels();
  ASSERT_TRUE(run(labels_.remove(target(choir), group())));
  apply(owner_, ChangeKind::restored, gone);
  EXPECT_THAT(names(gone), ElementsAre("Choir")) << "its card says so";
  check_labels();
}

TEST_P(LabelStore, UndoingACreationTakesItsNewLabelBack) {
  const ContactId id = add(person("ann", "CATEGORIES:New|"));
  EXPECT_TRUE(find("New"));
  EXPECT_EQ(undo().undone, 2);
  EXPECT_FALSE(find("New"));
  EXPECT_EQ(undo().undone, 2);
  EXPECT_THAT(names(id), ElementsAre("New"));
  check_labels();
}

TEST_P(LabelStore, UndoingADeletionOfAnEmptyLabelBringsItBack) {
  const LabelId id = make("Empty");
  ASSERT_TRUE(run(labels_.remove(target(id), group())));
  EXPECT_EQ(undo().undone, 1);
  EXPECT_EQ(find("Empty"), id);
}

TEST_P(LabelStore, AGroupCardIsALabelAndNoContact) {
  const ContactId ann = add(person("ann"));
  const ContactId bob = simple("Bob");
  const std::string bytes = group_card("Choir", {"ann", bob.to_string(), "unknown"});
  const auto stored = put_group(bytes);
  ASSERT_TRUE(stored);
  EXPECT_TRUE(stored->is_new);
  EXPECT_EQ(group_bytes(stored->label), bytes);
  EXPECT_EQ(facts(owner_).size(), 2);
  EXPECT_EQ(bytes_of(ann), person("ann", "CATEGORIES:Choir|"));
  EXPECT_THAT(bytes_of(bob), HasSubstr("CATEGORIES:Choir"));
  check_labels();
  const auto again = put_group(bytes);
  EXPECT_EQ(again->revision, stored->revision) << "the same bytes change nothing";
  EXPECT_FALSE(put(ann, bytes)) << "a contact does not become a group";
}

TEST_P(LabelStore, MembersGainAndLoseTheLabel) {
  const ContactId ann = add(person("ann"));
  const ContactId bob = add(person("bob"));
  const LabelId id = put_group(group_card("Choir", {"ann"}))->label;
  put_group(group_card("Choir", {"bob"}));
  EXPECT_EQ(bytes_of(ann), person("ann"));
  EXPECT_EQ(bytes_of(bob), person("bob", "CATEGORIES:Choir|"));
  check_labels();
  undo();
  EXPECT_EQ(group_bytes(id), group_card("Choir", {"ann"}));
  EXPECT_EQ(bytes_of(ann), person("ann", "CATEGORIES:Choir|"));
  EXPECT_EQ(bytes_of(bob), person("bob"));
  check_labels();
  undo();
  check_labels();
}

TEST_P(LabelStore, CategoriesOfAPersonAreCarriedOverToTheGroupCard) {
  const ContactId ann = add(person("ann"));
  add(person("bob"));
  const LabelId id = put_group(group_card("Choir", {"bob"}))->label;
  put(ann, person("ann", "CATEGORIES:Choir|"));
  EXPECT_THAT(group_bytes(id), HasSubstr("MEMBER:urn:uuid:ann\r\nUID"));
  check_labels();
  put(ann, person("ann"));
  EXPECT_EQ(group_bytes(id), group_card("Choir", {"bob"}));
  check_labels();
  undo();
  EXPECT_THAT(names(ann), ElementsAre("Choir"));
  EXPECT_THAT(group_bytes(id), HasSubstr("MEMBER:urn:uuid:ann\r\nUID"));
  check_labels();
}

TEST_P(LabelStore, PuttingOnAndTakingOffEditsTheGroupCard) {
  const ContactId ann = simple("Ann");
  const LabelId id = put_group(group_card("Choir", {"x"}))->label;
  EXPECT_TRUE(put_on("Choir", ann));
  EXPECT_THAT(group_bytes(id), HasSubstr("MEMBER:urn:uuid:" + ann.to_string()));
  check_labels();
  EXPECT_TRUE(take_off("Choir", ann));
  EXPECT_EQ(group_bytes(id), group_card("Choir", {"x"}));
  check_labels();
}

TEST_P(LabelStore, ARenamedGroupCardRenamesTheLabel) {
  const ContactId ann = add(person("ann"));
  const LabelId id = put_group(group_card("Choir", {"ann"}))->label;
  std::string band = group_card("Choir", {"ann"});
  band.replace(band.find("N:Choir\r\nFN:Choir"), 17, "N:Band\r\nFN:Band");
  const auto stored = put_group(band);
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->label, id);
  EXPECT_EQ(find("Band"), id);
  EXPECT_EQ(bytes_of(ann), person("ann", "CATEGORIES:Band|"));
  check_labels();
  ASSERT_TRUE(rename_label(id, "Trio"));
  EXPECT_THAT(group_bytes(id), HasSubstr("N:Trio\r\nFN:Trio\r\n"));
  EXPECT_EQ(bytes_of(ann), person("ann", "CATEGORIES:Trio|"));
  check_labels();
}

TEST_P(LabelStore, ARenamedGroupCardWithOtherMembersIsOneChange) {
  std::vector<ContactId> ids;
  for (const std::string uid : {"ann", "bob", "cid"}) ids.push_back(add(person(uid)));
  put_group(group_card("Choir", {"ann", "bob"}));
  std::string band = group_card("Choir", {"bob", "cid"});
  band.replace(band.find("N:Choir\r\nFN:Choir"), 17, "N:Band\r\nFN:Band");
  ASSERT_TRUE(put_group(band));
  EXPECT_EQ(bytes_of(ids[0]), person("ann"));
  EXPECT_EQ(bytes_of(ids[1]), person("bob", "CATEGORIES:Band|"));
  EXPECT_EQ(bytes_of(ids[2]), person("cid", "CATEGORIES:Band|"));
  check_labels();
  EXPECT_EQ(undo().undone, 4) << "the contacts and the label";
  EXPECT_EQ(bytes_of(ids[0]), person("ann", "CATEGORIES:Choir|"));
  EXPECT_EQ(bytes_of(ids[1]), person("bob", "CATEGORIES:Choir|"));
  EXPECT_EQ(bytes_of(ids[2]), person("cid"));
  EXPECT_EQ(count("labels"), "1");
  check_labels();
}

TEST_P(LabelStore, DeletingAGroupCardDeletesNoContact) {
  const ContactId ann = add(person("ann"));
  const LabelId id = put_group(group_card("Choir", {"ann"}))->label;
  EXPECT_EQ(run(groups_.find(owner_, default_book, "g.vcf")).value(), id);
  ASSERT_TRUE(run(groups_.remove(target(id), group())));
  EXPECT_EQ(bytes_of(ann), person("ann"));
  EXPECT_EQ(count("labels"), "0");
  EXPECT_EQ(run(groups_.find(owner_, default_book, "g.vcf")).value(), std::nullopt);
  check_labels();
  undo();
  EXPECT_EQ(group_bytes(id), group_card("Choir", {"ann"}));
  EXPECT_EQ(bytes_of(ann), person("ann", "CATEGORIES:Choir|"));
  check_labels();
}

TEST_P(LabelStore, AnUnknownMemberIsLinkedWhenItComes) {
  const LabelId id = put_group(group_card("Choir", {"late"}))->label;
  const ContactId late = add(person("late"));
  EXPECT_THAT(names(late), ElementsAre("Choir"));
  EXPECT_EQ(bytes_of(late), person("late")) << "what a client wrote stays";
  check_labels();
  const auto before = fact(late, "rev");
  EXPECT_TRUE(put_on("Choir", late));
  EXPECT_EQ(fact(late, "rev"), before) << "it has the label";
  EXPECT_TRUE(take_off("Choir", late));
  EXPECT_NE(fact(late, "rev"), before) << "clients must learn of it";
  EXPECT_THAT(names(late), IsEmpty());
  EXPECT_THAT(group_bytes(id), Not(HasSubstr("MEMBER")));
  check_labels();
  undo();
  EXPECT_THAT(names(late), ElementsAre("Choir"));
  check_labels();
}

TEST_P(LabelStore, AGroupCardBecomesTheCardOfTheLabelOfItsName) {
  const LabelId id = make("Choir");
  const auto stored = put_group(group_card("Choir", {}));
  EXPECT_EQ(stored->label, id);
  const auto second = put_group(vcard_of("N:Choir|FN:Choir|KIND:group|UID:other|"), "h.vcf");
  ASSERT_TRUE(second);
  EXPECT_EQ(find("Choir (2)"), second->label);
  EXPECT_EQ(put_group(vcard_of("N:X|FN:X|KIND:group|UID:other|"), "i.vcf").error().slug,
            "uid-taken");
  add(person("ann"));
  EXPECT_EQ(put_group(vcard_of("N:X|FN:X|KIND:group|UID:ann|"), "i.vcf").error().slug, "uid-taken");
  const auto reserved = put_group(vcard_of("FN:Starred|KIND:group|UID:s|"), "s.vcf");
  EXPECT_EQ(find("Starred (2)"), reserved->label);
  const auto generated =
      put_group(vcard_of("FN:Mine|KIND:group|"), generated_resource(make("Plain")));
  EXPECT_EQ(find("Mine"), generated->label);
}

TEST_P(LabelStore, GroupCardsHaveConditions) {
  const Card card = Card::parse(group_card("Choir", {})).value();
  GroupCardPut put{.owner = owner_, .resource = "g.vcf", .card = card, .must_be_new = true};
  const auto stored = run(groups_.put(put, group()));
  ASSERT_TRUE(stored);
  EXPECT_EQ(run(groups_.put(put, group())).error().code, Errc::precondition_failed);
  put.must_be_new = false;
  put.seen = {stored->revision - 1};
  EXPECT_EQ(run(groups_.put(put, group())).error().code, Errc::precondition_failed);
  put.seen = {stored->revision};
  EXPECT_TRUE(run(groups_.put(put, group())));
}

TEST_P(LabelStore, AnAccountHasAtMost1000Labels) {
  std::string many = "CATEGORIES:L0";
  for (std::size_t i = 1; i < labels_max; ++i) many += ",L" + std::to_string(i);
  const ContactId full = add(person("full", many + "|"));
  EXPECT_EQ(count("labels"), "1000");
  EXPECT_EQ(run(labels_.create(target(LabelId::make(now())), NewLabel{{"One more", {}}}, group()))
                .error()
                .slug,
            "too-many-labels");
  const Result<Contact> refused = put(full, person("full", "CATEGORIES:L1,New|"));
  EXPECT_EQ(refused.error().slug, "too-many-labels");
  Operation lenient{.id = full, .change = replacing(person("full", "CATEGORIES:L1,New|"))};
  lenient.ignores_labels_max = true;
  EXPECT_TRUE(apply(lenient));
  EXPECT_THAT(names(full), ElementsAre("L1"));
  EXPECT_THAT(bytes_of(full), HasSubstr("CATEGORIES:L1,New"));
}

TEST_P(LabelStore, MovingToAnotherBookRecreatesTheLabelsThere) {
  run(store_->write_one(owner_, make_book, values(owner_))).value();
  put_group(group_card("Linked", {"ann"}));
  const ContactId ann = add(person("ann", "CATEGORIES:Choir|"));
  EXPECT_THAT(names(ann), ElementsAre("Choir", "Linked"));
  ASSERT_TRUE(apply({.id = ann, .book = 2}));
  EXPECT_THAT(names(ann), ElementsAre("Choir", "Linked"));
  EXPECT_THAT(bytes_of(ann), HasSubstr("CATEGORIES:Choir,Linked"));
  EXPECT_EQ(count("labels where book = 2"), "2");
  EXPECT_EQ(put_on("Choir", ann).error().code, Errc::invalid) << "that of the other book";
}

TEST_P(LabelStore, AStarInCategoriesMakesAFavourite) {
  EXPECT_TRUE(run(contacts_.get(owner_, add(person("ann", "CATEGORIES:* starred|"))))->favorite);
  EXPECT_EQ(count("labels"), "0");
}

TEST_P(LabelStore, TheHistoryOfLabelsIsPurged) {
  make("Choir");
  EXPECT_EQ(count("label_changes"), "1");
  EXPECT_EQ(run(purge_history(*store_, {0})).value(), 0);
  EXPECT_EQ(run(purge_history(*store_, now())).value(), 1);
}

TEST_P(LabelStore, TwoEditsAtOnceBothTakeEffect) {
  make("A");
  make("B");
  const ContactId id = simple("Ann");
  const auto put = [&](const char* name) {
    return labels_.put_on(owner_, find(name).value(), {.id = id}, origin(owner_));
  };
  auto results = run_both(put("A"), put("B"));
  EXPECT_TRUE(results.first);
  EXPECT_TRUE(results.second);
  EXPECT_THAT(names(id), ElementsAre("A", "B"));
  check_labels();
}

/// Random changes through all ways in: the rows agree with the cards after each, writing back what
/// was read changes nothing, and undoing all returns the first bytes.
TEST_P(LabelStore, RandomChangesKeepCardsAndLabelsInAgreement) {
  std::mt19937 random(7);  // NOLINT: the same changes in each run
  const auto below = [&](std::size_t count) { return random() % count; };
  const std::vector<std::string> all{"Choir", "Work", "Käse"};
  std::vector<ContactId> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(add(person("p" + std::to_string(i))));
  ids.push_back(simple("Simple"));
  const LabelId choir = put_group(group_card("Choir", {"p0"}))->label;
  for (const std::string& name : {all[1], all[2]}) make(name);
  for (int step = 0; step < 40; ++step) {
    const ContactId id = ids[below(ids.size())];
    const std::string& name = all[below(all.size())];
    switch (below(5)) {
      case 0:
        if (find(name)) (void)put_on(name, id);
        break;
      case 1:
        if (find(name)) (void)take_off(name, id);
        break;
      case 2: (void)put(id, person(fact(id, "uid"), "CATEGORIES:" + name + "|")); break;
      case 3:
        put_group(group_card("Choir", {"p" + std::to_string(below(3)), ids[3].to_string()}));
        break;
      default: undo(); break;
    }
    check_labels();
    const std::string revision = fact(id, "rev");
    if (const auto card = run(contacts_.get_card(owner_, id)); card && card->explicit_card) {
      EXPECT_TRUE(put(id, card->explicit_card->bytes()));
    }
    Operation same{.id = id};
    same.labels.exactly = names(id);
    EXPECT_TRUE(apply(same));
    EXPECT_EQ(fact(id, "rev"), revision) << "no echo";
    const std::string bytes = group_bytes(choir);
    if (bytes != "none") put_group(bytes);
    EXPECT_EQ(group_bytes(choir), bytes);
    EXPECT_EQ(fact(id, "rev"), revision) << "no echo";
  }
}

INSTANTIATE_TEST_SUITE_P(Databases, LabelStore, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::contacts
