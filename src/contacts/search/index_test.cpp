#include "contacts/search/index.hpp"

#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "testing/search_account.hpp"

namespace kith::contacts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SearchIndex, PutsFavoritesFirstThenBeginningsOfWordsThenNames) {
  Account account;
  const ContactId inner = account.add("Hanna");
  const ContactId second_word = account.add("Zoe Anna");
  const ContactId first_word = account.add("Anna");
  const ContactId favorite_inner = account.add("Johanna", true);
  const ContactId favorite_word = account.add("Anna Z", true);
  account.add("Berta");
  EXPECT_THAT(found(account, "anna"),
              ElementsAre(favorite_word, favorite_inner, first_word, second_word, inner));
}

struct FieldCase {
  const char* query;
  std::optional<std::string_view> field;
};

class SearchFields : public testing::TestWithParam<FieldCase> {};

TEST_P(SearchFields, AreReported) {
  Account account;
  ContactFields fields = with_email("Jürgen", "boss@example.org");
  fields.last_name = "O'Neil-Åse";
  fields.phone = "+49 (0)30 123 45-67";
  account.add(fields);
  const FoundContacts found = account.index()->find(best(GetParam().query), 10);
  ASSERT_EQ(found.items.size(), GetParam().field ? 1 : 0) << GetParam().query;
  if (GetParam().field) EXPECT_EQ(name_of(found.items[0].field), *GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(
    Queries, SearchFields,
    testing::Values(FieldCase{"jurgen", "name"}, FieldCase{"JÜRG", "name"},
                    FieldCase{"juergen", "name"}, FieldCase{"gen o'n", "name"},
                    FieldCase{"aase", "name"}, FieldCase{"boss@", "email"},
                    FieldCase{"org", "email"}, FieldCase{"123 45", "phone"},
                    FieldCase{"0301234567", "phone"}, FieldCase{"+4930123", "phone"},
                    FieldCase{"ase boss", "email"}, FieldCase{"orgt", std::nullopt},
                    FieldCase{"%", std::nullopt}, FieldCase{"_", std::nullopt},
                    FieldCase{"\xCC\x81", std::nullopt}, FieldCase{"\n", std::nullopt}));

TEST(SearchIndex, TheBestMatchDeterminesTheField) {
  Account account;
  account.add(with_email("Susanna", "anna@example.org"));
  const FoundContacts found = account.index()->find(best("anna"), 10);
  ASSERT_EQ(found.items.size(), 1);
  EXPECT_EQ(name_of(found.items[0].field), "email");
}

std::string card_of(const std::string& lines) {
  return "BEGIN:VCARD\r\nVERSION:3.0\r\n" + lines + "END:VCARD\r\n";
}

TEST(SearchIndex, FindsEachTextOfACard) {
  Account account;
  account.add_card(
      card_of("FN:Jane\r\nNICKNAME:Jay\r\nORG:Acme\r\nTITLE:Head\r\nURL:https://u.org\r\n"
              "IMPP:xmpp:im\r\nADR:;;Road 1;Ghent;;;\r\nCATEGORIES:Choir\r\nNOTE:remark\r\n"
              "EMAIL:a@x.org\r\nEMAIL:b@x.org\r\nTEL:030 111\r\nTEL:+49 40 222\r\n"));
  const SearchIndexPtr index = account.index();
  for (const auto& [query, field] :
       std::initializer_list<std::pair<const char*, const char*>>{{"jane", "name"},
                                                                  {"jay", "nickname"},
                                                                  {"acme", "organization"},
                                                                  {"head", "title"},
                                                                  {"u.org", "url"},
                                                                  {"im", "im"},
                                                                  {"ghent", "address"},
                                                                  {"choir", "label"},
                                                                  {"remark", "note"},
                                                                  {"a@x", "email"},
                                                                  {"b@x", "email"},
                                                                  {"+49 30 111", "phone"},
                                                                  {"040222", "phone"},
                                                                  {"jane ghent", "address"},
                                                                  {"b@x.org choir", "email"}}) {
    const FoundContacts found = index->find(best(query), 10);
    ASSERT_EQ(found.items.size(), 1) << query;
    EXPECT_EQ(name_of(found.items[0].field), field) << query;
  }
  EXPECT_THAT(found(account, "030222"), IsEmpty()) << "digits of two numbers";
}

TEST(SearchIndex, RanksSecondaryFieldsAfterBeginningsOfWords) {
  Account account;
  const ContactId note = account.add_card(card_of("FN:Aaron\r\nNOTE:met Lee\r\n"));
  const ContactId inner = account.add("Ashlee");
  const ContactId nick = account.add_card(card_of("FN:Zoe\r\nNICKNAME:Lee\r\n"));
  const ContactId name = account.add("Lee");
  EXPECT_THAT(found(account, "lee"), ElementsAre(name, nick, note, inner));
}

/// docs/performance.md has the figures.
TEST(SearchIndex, ACardOfTwelvePropertiesTakesAFewHundredBytes) {
  constexpr int count = limits::search_filter_contacts_min;
  Account cards;
  Account simple;
  for (int i = 0; i < count; ++i) {
    const std::string n = std::to_string(10'000 + i);
    cards.add_card(
        card_of("UID:a" + n + "\r\nN:Berg" + n + ";Anna;Maria;Dr.;\r\nFN:Dr. Anna Maria Berg" + n +
                "\r\nORG:Example Works Ltd;Sales\r\nTITLE:Head of Sales\r\nEMAIL:anna.berg" + n +
                "@example.org\r\nEMAIL:a.berg" + n + "@home.example.net\r\nTEL:+49 30 12" + n +
                "\r\nTEL:+49 172 12" + n + "\r\nADR:;;Long Road " + n +
                ";Ghent;;9000;Belgium\r\nURL:https://example.org/~berg" + n +
                "\r\nNOTE:met at the fair in Kyiv, plays the cello\r\n"));
    ContactFields fields = with_email("Anna", ("anna.berg" + n + "@example.org").c_str());
    fields.last_name = "Berg" + n;
    fields.phone = "+49 30 12" + n;
    simple.add(std::move(fields));
  }
  const std::size_t of_card = cards.index()->bytes() / count;
  const std::size_t of_simple = simple.index()->bytes() / count;
  RecordProperty("bytes_of_a_card", std::to_string(of_card));
  RecordProperty("bytes_of_a_simple_contact", std::to_string(of_simple));
  EXPECT_LT(of_simple, 300U);
  EXPECT_LT(of_card, 900U);
}

/// Notes that repeat a word must not cost more than their length.
TEST(SearchIndex, PassesOverWordsInSecondaryFieldsAtOnce) {
  Account account;
  std::string note;
  for (int i = 0; i < 1000; ++i) note += "a ";
  for (int i = 0; i < 200; ++i) account.add_card(card_of("FN:B\r\nNOTE:" + note + "\r\n"));
  const ContactId ann = account.add("Zoe Ann");
  const FoundContacts first = account.index()->find(best("a"), 1);
  EXPECT_EQ(first.items.front().id, ann);
}

TEST(SearchIndex, PhoneDigitsMatchOnlyPhoneNumbers) {
  Account account;
  account.add(with_email("Bob", "bob4930@example.org"));
  EXPECT_THAT(found(account, "+49 30"), IsEmpty());
  account.add(with_phone("Ann", "+49/30/9"));
  EXPECT_EQ(found(account, "+49 30").size(), 1);
}

TEST(SearchIndex, FieldsThatGrowWhenFoldedAreTruncated) {
  Account account;
  std::string name;
  for (int i = 0; i < limits::name_chars_max; ++i) name += "\xEF\xB7\xBA";  // folds to 33 bytes
  account.add(with_email(name, "last@example.org"));
  EXPECT_LT(account.index()->bytes(), 10 * limits::search_field_bytes_max);
  EXPECT_EQ(found(account, "last@").size(), 1);
}

TEST(SearchIndex, DigitsAreFoundAfterNamesFullOfDigits) {
  Account account;
  account.add(std::string(limits::name_chars_max, '1'));
  account.add(with_phone("Ann", "+1 2"));
  account.add("111");
  EXPECT_EQ(found(account, "1").size(), 3);
  EXPECT_EQ(found(account, "12").size(), 1);
}

TEST(SearchIndex, OfAnEmptyAccountFindsNothing) {
  const Account account;
  EXPECT_THAT(found(account, "a"), IsEmpty());
  EXPECT_EQ(account.index()->size(), 0);
}

TEST(SearchIndex, AChangeMovesAContact) {
  Account account;
  const ContactId ann = account.add("Ann");
  const ContactId bea = account.add("Bea");
  SearchIndexPtr index = account.update(account.index());
  account.put(ann, named("Zoe"));
  const ContactId new_one = account.add("Anton");
  account.remove(bea);
  index = account.update(index);
  EXPECT_EQ(index->revision(), account.revision());
  EXPECT_EQ(index->size(), 2);
  EXPECT_THAT(ids_of(index->find(best("ann"), 10)), IsEmpty());
  EXPECT_THAT(ids_of(index->find(best("an"), 10)), ElementsAre(new_one));
  EXPECT_THAT(ids_of(index->find(best("zoe"), 10)), ElementsAre(ann));
  EXPECT_THAT(ids_of(index->find(best("bea"), 10)), IsEmpty());
}

TEST(SearchIndex, FindsTheContactsOfOneBook) {
  std::mt19937 random(5);  // NOLINT: the same each time
  const auto pick_book = [&] { return 1 + static_cast<std::int64_t>(random() % 3); };
  Account account;
  std::vector<ContactId> ids;
  for (int i = 0; i < 60; ++i) ids.push_back(account.add("Ann " + std::to_string(i), i % 4 == 0));
  for (const ContactId& id : ids) account.move(id, pick_book());
  SearchIndexPtr index = account.index();
  account.update(index);  // forgets these changes
  for (int round = 0; round < 5; ++round) {
    for (const std::optional<Sort> sort : {std::optional<Sort>(), {Sort::name}, {Sort::updated}}) {
      for (const std::int64_t book : {1, 2, 3, 4}) {
        SearchQuestion question = best("ann");
        question.sort = sort;
        question.book = book;
        EXPECT_EQ(read_pages(*index, question, 4), account.expected(question)) << book;
      }
    }
    for (int i = 0; i < 10; ++i) account.move(ids[random() % ids.size()], pick_book());
    index = account.update(index);
  }
}

TEST(SearchIndex, AContactReadTwiceIsFoundOnce) {
  Account account;
  const ContactId ann = account.add("Ann Z");
  SearchRow before = account.all().at(ann).row;
  account.put(ann, named("Zoe Ann"));
  SearchBlock::Builder builder;
  builder.append(before);
  builder.append(account.all().at(ann).row);
  const SearchIndex index(std::move(builder).finish(), 1);
  const SearchIndexPtr now = account.update(std::make_shared<const SearchIndex>(index));
  EXPECT_THAT(ids_of(now->find(best("ann"), 10)), ElementsAre(ann));
}

}  // namespace
}  // namespace kith::contacts
