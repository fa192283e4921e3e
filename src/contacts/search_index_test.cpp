#include "contacts/search_index.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "contacts/contact.hpp"

namespace kith::contacts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

ContactFields named(std::string first_name) {
  ContactFields fields;
  fields.first_name = std::move(first_name);
  return fields;
}

ContactFields with_email(std::string first_name, const char* email) {
  ContactFields fields = named(std::move(first_name));
  fields.email = InternationalEmail{email};
  return fields;
}

ContactFields with_phone(std::string first_name, std::string phone) {
  ContactFields fields = named(std::move(first_name));
  fields.phone = std::move(phone);
  return fields;
}

/// A contact's fields and what is stored beside them.
struct Stored {
  ContactFields fields;
  SearchRow row;
};

/// The contacts of an account in the place of the database, and the straightforward search.
class Account {
 public:
  ContactId add(ContactFields fields) {
    const ContactId id = ContactId::make({++clock_ * 1000});
    put(id, std::move(fields));
    return id;
  }

  ContactId add(std::string first_name, bool favorite = false) {
    ContactFields fields = named(std::move(first_name));
    fields.favorite = favorite;
    return add(std::move(fields));
  }

  void put(const ContactId& id, ContactFields fields) {
    const DerivedColumns derived(fields);
    // Made in the order of the ids, but for some: imported contacts may be older.
    const std::int64_t created_at = (clock_ % 7 == 0) ? 1 : clock_ * 1000;
    SearchRow row{.id = id,
                  .not_favorite = derived.not_favorite,
                  .created_at = {created_at},
                  .rev = ++revision_,
                  .sort_key = derived.sort_key.octets,
                  .search_text = derived.search_text,
                  .phone_digits = derived.phone_digits,
                  .has_email = fields.email.has_value(),
                  .has_phone = fields.phone.has_value()};
    all_[id] = {std::move(fields), row};
    changes_[id] = {id, std::move(row)};
  }

  void remove(const ContactId& id) {
    ++revision_;
    all_.erase(id);
    changes_[id] = {id, std::nullopt};
  }

  /// As it would be read from the database now.
  SearchIndexPtr index() const {
    std::vector<const SearchRow*> rows;
    for (const auto& [id, each] : all_) rows.push_back(&each.row);
    std::ranges::sort(rows, {}, [](const SearchRow* row) {
      return std::tie(row->not_favorite, row->sort_key, row->id);
    });
    SearchBlock::Builder builder;
    for (const SearchRow* row : rows) builder.append(*row);
    return std::make_shared<const SearchIndex>(std::move(builder).finish(), revision_);
  }

  /// `index` brought up to date.
  SearchIndexPtr update(const SearchIndexPtr& index) {
    std::vector<SearchChange> changes;
    for (auto& [id, change] : changes_) changes.push_back(std::move(change));
    changes_.clear();
    return index->changed(std::move(changes), revision_);
  }

  std::int64_t revision() const { return revision_; }
  const std::map<ContactId, Stored>& all() const { return all_; }

  /// All answers to a question, one by one from the fields, sorted by keys.
  std::vector<ContactId> expected(const SearchQuestion& question) const {
    std::vector<std::tuple<std::int64_t, std::string, ContactId>> keys;
    for (const auto& [id, each] : all_) {
      if (question.favorite && *question.favorite != (each.row.not_favorite == 0)) continue;
      const auto rank = rank_of(each.row, question.needles);
      if (rank) keys.push_back({number_of(each.row, question, *rank), key_of(each, question), id});
    }
    std::ranges::sort(keys);
    const bool descending = question.sort == Sort::created || question.sort == Sort::updated;
    if (descending) std::ranges::reverse(keys);
    std::vector<ContactId> ids;
    for (const auto& [number, key, id] : keys) ids.push_back(id);
    return ids;
  }

 private:
  static bool begins_word_at(const std::string& text, std::size_t at) {
    if (at == 0) return true;
    const auto before = static_cast<unsigned char>(text[at - 1]);
    return before < 0x80 && std::islower(before) == 0 && std::isdigit(before) == 0;
  }

  /// 0: a word begins with it; 1: it is elsewhere; null: nowhere.
  static std::optional<int> rank_of(const SearchRow& row, const Needles& needles) {
    std::optional<int> rank;
    const auto look = [&](const std::string& text, const std::optional<std::string>& needle) {
      if (!needle) return;
      for (auto at = text.find(*needle); at != std::string::npos; at = text.find(*needle, at + 1)) {
        rank = std::min(rank.value_or(1), begins_word_at(text, at) ? 0 : 1);
      }
    };
    look(row.search_text, needles.plain);
    look(row.search_text, needles.alternate);
    for (const std::string& number : needles.numbers) look(row.phone_digits, number);
    return rank;
  }

  static std::int64_t number_of(const SearchRow& row, const SearchQuestion& question, int rank) {
    if (!question.sort) return 2 * row.not_favorite + rank;
    switch (*question.sort) {
      case Sort::favorites: return row.not_favorite;
      case Sort::name: return 0;
      case Sort::created: return row.created_at.micros;
      case Sort::updated: return row.rev;
    }
    return 0;
  }

  static std::string key_of(const Stored& each, const SearchQuestion& question) {
    const bool by_time = question.sort == Sort::created || question.sort == Sort::updated;
    return by_time ? std::string() : each.row.sort_key;
  }

  std::int64_t clock_ = 0;
  std::int64_t revision_ = 0;
  std::map<ContactId, Stored> all_;
  std::map<ContactId, SearchChange> changes_;
};

std::vector<ContactId> ids_of(const FoundContacts& found) {
  std::vector<ContactId> ids;
  for (const Found& each : found.items) ids.push_back(each.id);
  return ids;
}

/// All pages of an answer, one behind the other.
std::vector<ContactId> read_pages(const SearchIndex& index, SearchQuestion question,
                                  std::size_t limit) {
  std::vector<ContactId> all;
  for (;;) {
    const FoundContacts page = index.find(question, limit);
    EXPECT_LE(page.items.size(), limit);
    for (const ContactId& id : ids_of(page)) all.push_back(id);
    if (!page.end) return all;
    question.after = page.end;
  }
}

SearchQuestion best(std::string_view query) { return {Needles(query), {}, {}, {}}; }

std::vector<ContactId> found(const Account& account, std::string_view query) {
  return ids_of(account.index()->find(best(query), 100));
}

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
  std::optional<MatchedField> field;
};

class SearchFields : public testing::TestWithParam<FieldCase> {};

TEST_P(SearchFields, AreTold) {
  Account account;
  ContactFields fields = with_email("Jürgen", "boss@example.org");
  fields.last_name = "O'Neil-Åse";
  fields.phone = "+49 (0)30 123 45-67";
  account.add(fields);
  const FoundContacts found = account.index()->find(best(GetParam().query), 10);
  ASSERT_EQ(found.items.size(), GetParam().field ? 1 : 0) << GetParam().query;
  if (GetParam().field) EXPECT_EQ(found.items[0].field, *GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(
    Queries, SearchFields,
    testing::Values(FieldCase{"jurgen", MatchedField::name}, FieldCase{"JÜRG", MatchedField::name},
                    FieldCase{"juergen", MatchedField::name},
                    FieldCase{"gen o'n", MatchedField::name}, FieldCase{"aase", MatchedField::name},
                    FieldCase{"boss@", MatchedField::email}, FieldCase{"org", MatchedField::email},
                    FieldCase{"123 45", MatchedField::phone},
                    FieldCase{"0301234567", MatchedField::phone},
                    FieldCase{"+4930123", MatchedField::phone}, FieldCase{"ase boss", std::nullopt},
                    FieldCase{"orgt", std::nullopt}, FieldCase{"%", std::nullopt},
                    FieldCase{"_", std::nullopt}, FieldCase{"\xCC\x81", std::nullopt},
                    FieldCase{"\n", std::nullopt}));

TEST(SearchIndex, ABetterPlaceTellsTheField) {
  Account account;
  account.add(with_email("Susanna", "anna@example.org"));
  const FoundContacts found = account.index()->find(best("anna"), 10);
  ASSERT_EQ(found.items.size(), 1);
  EXPECT_EQ(found.items[0].field, MatchedField::email);
}

TEST(SearchIndex, DigitsOfAPhoneAreNotLookedForElsewhere) {
  Account account;
  account.add(with_email("Bob", "bob4930@example.org"));
  EXPECT_THAT(found(account, "+49 30"), IsEmpty());
  account.add(with_phone("Ann", "+49/30/9"));
  EXPECT_EQ(found(account, "+49 30").size(), 1);
}

TEST(SearchIndex, FieldsThatGrowWhenFoldedAreCut) {
  Account account;
  std::string name;
  for (int i = 0; i < limits::name_chars_max; ++i) name += "\xEF\xB7\xBA";  // folds to 33 octets
  account.add(with_email(name, "last@example.org"));
  EXPECT_LT(account.index()->bytes(), 10 * limits::search_field_bytes_max);
  EXPECT_EQ(found(account, "last@").size(), 1);
}

TEST(SearchIndex, DigitsAreFoundBehindNamesFullOfThem) {
  Account account;
  account.add(std::string(limits::name_chars_max, '1'));
  account.add(with_phone("Ann", "+1 2"));
  account.add("111");
  EXPECT_EQ(found(account, "1").size(), 3);
  EXPECT_EQ(found(account, "12").size(), 1);
}

TEST(SearchIndex, OfNobodyFindsNothing) {
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

/// What people are called, so that many queries hit many of them in several places.
class Crowd {
 public:
  explicit Crowd(unsigned seed) : random_(seed) {}

  ContactFields somebody() {
    ContactFields fields = named(word() + one_of({"", " ", "-"}) + word());
    fields.favorite = pick(4) == 0;
    if (pick(2) == 0) fields.last_name = word();
    if (pick(3) == 0) fields.email = InternationalEmail{word() + "." + word() + "@an.org"};
    if (pick(3) == 0) fields.phone = "+49 " + std::to_string(pick(1000)) + "-" + word();
    return fields;
  }

  std::string word() { return one_of({"an", "ann", "Anna", "Müll", "er", "李", "o", "Łu", "49"}); }
  std::size_t pick(std::size_t count) { return random_() % count; }

 private:
  std::string one_of(std::initializer_list<const char*> texts) {
    return *(texts.begin() + pick(texts.size()));
  }

  std::mt19937 random_;
};

constexpr const char* queries[] = {"an", "a",  "nn",    "mull", "Mueller", "er",      "李",
                                   "o",  "49", "+49 1", "lu",   "an.org",  "anna an", "-"};

const std::vector<std::optional<Sort>> sorts{
    {}, Sort::favorites, Sort::name, Sort::created, Sort::updated};

void expect_right_answers(const Account& account, const SearchIndex& index) {
  for (const char* query : queries) {
    for (const auto& sort : sorts) {
      for (const std::optional<bool> favorite :
           {std::optional<bool>(), std::optional(true), std::optional(false)}) {
        const SearchQuestion question{Needles(query), sort, favorite, {}};
        const auto expected = account.expected(question);
        ASSERT_EQ(read_pages(index, question, 7), expected)
            << query << " sort " << (sort ? static_cast<int>(*sort) : -1);
        ASSERT_EQ(read_pages(index, question, 1000), expected) << query;
      }
    }
  }
}

class SearchedCrowd : public testing::TestWithParam<unsigned> {};

TEST_P(SearchedCrowd, IsFoundAsOneByOne) {
  Crowd crowd(GetParam());
  Account account;
  for (int i = 0; i < 60; ++i) account.add(crowd.somebody());
  SearchIndexPtr index = account.update(account.index());
  for (int round = 0; round < 5; ++round) {
    expect_right_answers(account, *index);
    for (int i = 0; i < 12; ++i) {
      const auto one = std::next(account.all().begin(),
                                 static_cast<std::ptrdiff_t>(crowd.pick(account.all().size())));
      const ContactId id = one->first;
      if (i % 3 == 0) account.remove(id);
      if (i % 3 == 1) account.put(id, crowd.somebody());
      if (i % 3 == 2) account.add(crowd.somebody());
    }
    index = account.update(index);
  }
  expect_right_answers(account, *index);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SearchedCrowd, testing::Range(1U, 6U));

TEST(SearchIndex, ManyChangesBecomeOneBlock) {
  Crowd crowd(7);
  Account account;
  for (int i = 0; i < 30; ++i) account.add(crowd.somebody());
  SearchIndexPtr index = account.update(account.index());
  const auto changes = static_cast<int>(limits::search_changes_max) + 10;
  for (int i = 0; i < changes; ++i) {
    account.add(crowd.somebody());
    if (i % 100 == 0) account.put(account.all().begin()->first, crowd.somebody());
    if (i % 100 == 0) index = account.update(index);
  }
  index = account.update(index);
  EXPECT_EQ(index->size(), account.all().size());
  const SearchQuestion question = best("an");
  EXPECT_EQ(read_pages(*index, question, 50), account.expected(question));
  EXPECT_LT(index->bytes(), 2 * account.index()->bytes());
}

}  // namespace
}  // namespace kith::contacts
