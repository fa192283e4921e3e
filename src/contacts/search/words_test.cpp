#include <random>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "testing/search_account.hpp"

namespace kith::contacts {
namespace {

using testing::ElementsAre;

/// Generated names, chosen so that many queries match many contacts in several places.
class Crowd {
 public:
  explicit Crowd(unsigned seed) : random_(seed) {}

  ContactFields next() {
    ContactFields fields = named(word() + one_of({"", " ", "-", ", ", " - "}) + word());
    fields.favorite = pick(4) == 0;
    if (pick(2) == 0) fields.last_name = word();
    if (pick(3) == 0) fields.email.emplace().text = word() + "." + word() + "@an.org";
    if (pick(3) == 0) fields.phone = "+49 " + std::to_string(pick(1000)) + "-" + word();
    return fields;
  }

  /// Returns a card with values in many fields.
  std::string next_card() {
    std::string card = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:" + word() + ";" + word() + ";;;\r\n";
    for (const char* name : {"FN", "NICKNAME", "ORG", "TITLE", "NOTE", "EMAIL", "EMAIL", "TEL",
                             "TEL", "URL", "CATEGORIES", "X-PHONETIC-FIRST-NAME"}) {
      if (pick(3) == 0) continue;
      card += std::string(name) + ":" + word() + one_of({"", " ", "-"}) + word() + "\r\n";
    }
    return card + "END:VCARD\r\n";
  }

  /// Returns words that are in several contacts, some in sequence, and parts of words.
  std::string query() {
    std::string query = word();
    for (std::size_t more = pick(4); more > 0; --more) {
      query += one_of({" ", " ", "-", ",", "", "  "}) + word();
    }
    return query;
  }

  std::string word() {
    return one_of({"an", "ann", "Anna", "Müll", "er", "李", "o", "Łu", "49", "太郎", "Оле", "ко",
                   "علي", "müller", "%", "a"});
  }
  std::size_t pick(std::size_t count) { return random_() % count; }

 private:
  std::string one_of(std::initializer_list<const char*> texts) {
    return *(texts.begin() + pick(texts.size()));
  }

  std::mt19937 random_;
};

constexpr const char* queries[] = {"an",      "a",      "nn",     "mull",   "Mueller", "er",
                                   "李",      "o",      "49",     "+49 1",  "lu",      "an.org",
                                   "anna an", "an, 49", "ann-er", "o an a", "an.er",   "ann/49",
                                   "(an)",    "a.n.n.", "annan",  "太郎o"};

const std::vector<std::optional<Sort>> sorts{
    {}, Sort::favorites, Sort::name, Sort::created, Sort::updated};

void expect_right_answers(const Account& account, const SearchIndex& index,
                          std::string_view query) {
  for (const auto& sort : sorts) {
    for (const std::optional<bool> favorite :
         {std::optional<bool>(), std::optional(true), std::optional(false)}) {
      const SearchQuestion question{SearchTerms(query), sort, favorite, {}};
      const auto expected = account.expected(question);
      ASSERT_EQ(read_pages(index, question, 7), expected)
          << query << " sort " << (sort ? static_cast<int>(*sort) : -1);
      ASSERT_EQ(read_pages(index, question, 1000), expected) << query;
    }
  }
}

class SearchedCrowd : public testing::TestWithParam<unsigned> {};

TEST_P(SearchedCrowd, MatchesTheReferenceSearch) {
  Crowd crowd(GetParam());
  Account account;
  for (int i = 0; i < 60; ++i) account.add(crowd.next());
  for (int i = 0; i < 30; ++i) account.add_card(crowd.next_card(), crowd.pick(4) == 0);
  SearchIndexPtr index = account.update(account.index());
  for (int round = 0; round < 5; ++round) {
    for (const char* query : queries) expect_right_answers(account, *index, query);
    for (int i = 0; i < 12; ++i) expect_right_answers(account, *index, crowd.query());
    for (int i = 0; i < 12; ++i) {
      const auto one = std::next(account.all().begin(),
                                 static_cast<std::ptrdiff_t>(crowd.pick(account.all().size())));
      const ContactId id = one->first;
      if (i % 3 == 0) account.remove(id);
      if (i % 3 == 1) account.put(id, crowd.next());
      if (i % 3 == 2) account.add(crowd.next());
    }
    index = account.update(index);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SearchedCrowd, testing::Range(1U, 6U));

TEST(SearchIndex, ManyChangesAreMergedIntoABlock) {
  Crowd crowd(7);
  Account account;
  for (int i = 0; i < 30; ++i) account.add(crowd.next());
  SearchIndexPtr index = account.update(account.index());
  const auto changes = static_cast<int>(limits::search_changes_max) + 10;
  for (int i = 0; i < changes; ++i) {
    account.add(crowd.next());
    if (i % 100 == 0) account.put(account.all().begin()->first, crowd.next());
    if (i % 100 == 0) index = account.update(index);
  }
  index = account.update(index);
  EXPECT_EQ(index->size(), account.all().size());
  for (const char* query : {"an", "er an", "49 er o"}) {
    const SearchQuestion question = best(query);
    EXPECT_EQ(read_pages(*index, question, 50), account.expected(question)) << query;
  }
  EXPECT_LT(index->bytes(), 2 * account.index()->bytes());
}

/// The block is large enough for a filter; most contacts are alike, a few have rare words.
TEST(SearchIndex, TheFilterLosesNoMatch) {
  Crowd crowd(8);
  Account account;
  const auto contacts = static_cast<int>(limits::search_filter_contacts_min) + 500;
  for (int i = 0; i < contacts; ++i) {
    ContactFields fields = crowd.next();
    if (i % 700 == 0) fields.last_name = "Rar" + std::to_string(i) + " Sjöblom-Wąs";
    if (i % 900 == 0) fields.phone = "+49 30 555 " + std::to_string(1000 + i);
    account.add(std::move(fields));
  }
  SearchIndexPtr index = account.update(account.index());
  for (int i = 0; i < 50; ++i) account.add(crowd.next());
  for (int i = 0; i < 50; ++i) account.remove(account.all().begin()->first);
  index = account.update(index);
  for (const char* query : {"rar",
                            "rar700",
                            "was sjoeblom",
                            "sjöblomwas rar1400",
                            "55519",
                            "030 555",
                            "%",
                            "x",
                            "o%",
                            "sjö an",
                            "李 was",
                            "anna rar",
                            "absent",
                            "(rar700)",
                            "rar.sjö",
                            "ann.er",
                            "erann",
                            "annaan",
                            "rar absent",
                            "an org 49 o",
                            "wa"}) {
    for (const auto& sort : sorts) {
      const SearchQuestion question{SearchTerms(query), sort, std::nullopt, {}};
      ASSERT_EQ(read_pages(*index, question, 300), account.expected(question)) << query;
    }
  }
}

struct WordsCase {
  const char* query;
  std::vector<int> found;  ///< by their numbers, the best first
};

class SearchedWords : public testing::TestWithParam<WordsCase> {};

TEST_P(SearchedWords, AreFound) {
  Account account;
  std::map<ContactId, int> numbers;
  const auto add = [&](int number, ContactFields fields) {
    numbers[account.add(std::move(fields))] = number;
  };
  const auto add_name = [&](int number, const char* first, const char* last) {
    ContactFields fields = named(first);
    fields.last_name = last;
    add(number, std::move(fields));
  };
  add_name(1, "Anna", "Berg");
  add_name(2, "Berg", "Anna");
  add_name(3, "Jean-Luc", "Picard");
  add_name(4, "Jean Luc", "Besson");
  add_name(5, "Jeanluc", "Godard");
  add_name(6, "太郎", "山田");
  add_name(7, "Jürgen", "Müller");
  add(8, with_email("Zoe", "anna_b.berg+100%@example.org"));
  add(9, with_phone("Hanno", "+49 30 1234567"));
  add_name(10, "Johanna", "Bergmann-Weiß");
  std::vector<int> found_numbers;
  for (const ContactId& id : found(account, GetParam().query)) {
    found_numbers.push_back(numbers[id]);
  }
  EXPECT_EQ(found_numbers, GetParam().found) << GetParam().query;
}

INSTANTIATE_TEST_SUITE_P(
    Queries, SearchedWords,
    testing::Values(WordsCase{"berg anna", {2, 1, 8, 10}}, WordsCase{"Berg, Anna", {2, 1, 8, 10}},
                    WordsCase{"anna berg", {1, 10, 2, 8}}, WordsCase{" anna  berg ", {1, 10, 2, 8}},
                    WordsCase{"anna\tberg", {1, 10, 2, 8}}, WordsCase{"berg ", {1, 2, 10, 8}},
                    WordsCase{" anna", {1, 2, 8, 10}}, WordsCase{"jean-luc", {4, 3, 5}},
                    WordsCase{"jean luc", {4, 3, 5}}, WordsCase{"jeanluc", {4, 3, 5}},
                    WordsCase{"luc jean", {4, 3, 5}}, WordsCase{"picard jeanluc", {3}},
                    WordsCase{"jean.luc", {4, 3}}, WordsCase{"山田 太郎", {6}},
                    WordsCase{"山田、太郎", {6}}, WordsCase{"山 太", {6}},
                    WordsCase{"mueller jürgen", {7}}, WordsCase{"müller juergen", {7}},
                    WordsCase{"muller juergen", {7}}, WordsCase{"weiss bergmann", {10}},
                    WordsCase{"zoe example.org", {8}}, WordsCase{"org zo", {8}},
                    WordsCase{"_b", {8}}, WordsCase{"% zoe", {8}}, WordsCase{"+100%", {8}},
                    WordsCase{"*", {}}, WordsCase{"hanno 030 12", {9}},
                    WordsCase{"1234567 hanno", {9}}, WordsCase{"030 1234567", {9}},
                    WordsCase{"49 (30) 12", {9}}, WordsCase{"30 49", {9}},
                    WordsCase{"anna picard", {}}, WordsCase{"anna anna anna", {1, 2, 8, 10}},
                    WordsCase{"a n n a b e r g", {1, 2, 10, 8}}));

struct CopiedCase {
  const char* query;
  bool finds_anna;  ///< Anna Berg, anna@example.org, and no other contact
};

class CopiedText : public testing::TestWithParam<CopiedCase> {};

TEST_P(CopiedText, FindsAContact) {
  Account account;
  ContactFields anna = with_email("Anna", "anna@example.org");
  anna.last_name = "Berg";
  anna.phone = "+49 30 1234567";
  const ContactId id = account.add(anna);
  account.add(with_email("Bea", "b.e@example.net"));
  const auto [query, finds_anna] = GetParam();
  EXPECT_EQ(found(account, query), finds_anna ? std::vector{id} : std::vector<ContactId>())
      << query;
}

INSTANTIATE_TEST_SUITE_P(
    FromPrograms, CopiedText,
    testing::Values(
        CopiedCase{"Anna Berg <anna@example.org>", true},
        CopiedCase{"\"Berg, Anna\" <anna@example.org>", true},
        CopiedCase{"anna@example.org (Anna Berg)", true},
        CopiedCase{"mailto:anna@example.org", true}, CopiedCase{"MAILTO:Anna@Example.org", true},
        CopiedCase{"mailto:anna%40example.org?subject=Hello%20you", true},
        // Escaped tags of the index: they must neither match nor point in front of it.
        CopiedCase{"mailto:%02anna@example.org", false}, CopiedCase{"mailto:%01anna", false},
        CopiedCase{"Anna <mailto:anna@example.org>", true}, CopiedCase{"<anna@example.org>", true},
        CopiedCase{"(anna@example.org)", true}, CopiedCase{"anna@example.org;", true},
        CopiedCase{"From: Anna Berg <anna@example.org>", true},
        CopiedCase{"E-Mail: anna@example.org", true}, CopiedCase{"BERG; Anna", true},
        CopiedCase{"BERG；Anna", true}, CopiedCase{"BERG؛ Anna", true},
        CopiedCase{"berg/anna", true}, CopiedCase{"anna / berg", true},
        CopiedCase{"berg|anna", true}, CopiedCase{"berg: anna", true},
        CopiedCase{"(Berg) Anna", true}, CopiedCase{"[Anna Berg]", true},
        CopiedCase{"{Anna} «Berg»", true}, CopiedCase{"Berg & Anna", true},
        CopiedCase{"anna + berg", true}, CopiedCase{"berg → anna", true},
        CopiedCase{"berg = anna", true}, CopiedCase{"anna.", true}, CopiedCase{"anna…", true},
        CopiedCase{"anna!", true}, CopiedCase{"anna?!", true}, CopiedCase{"anna。", true},
        CopiedCase{"• Anna Berg", true}, CopiedCase{"anna・berg", true},
        CopiedCase{"anna.berg", true}, CopiedCase{"berg.anna", true}, CopiedCase{"anna.b", true},
        CopiedCase{"annaberg", true}, CopiedCase{"berganna", true}, CopiedCase{"annab", true},
        CopiedCase{"Anna Berg, Tel.: +49 30 1234567", true}, CopiedCase{"anna (030) 1234567", true},
        CopiedCase{"anna/030", true}, CopiedCase{"<b.e@example.org>", false},
        CopiedCase{"berg/bea", false}));

INSTANTIATE_TEST_SUITE_P(Literal, CopiedText,
                         testing::Values(CopiedCase{"%", false}, CopiedCase{"_", false},
                                         CopiedCase{"*", false}, CopiedCase{"(", false},
                                         CopiedCase{"+", true}, CopiedCase{"!", false},
                                         CopiedCase{"a.b", false}, CopiedCase{"anna+", false},
                                         CopiedCase{"c++", false}, CopiedCase{"@anna", false},
                                         CopiedCase{"a*a", false}, CopiedCase{"anna%", false},
                                         CopiedCase{"nab", false}, CopiedCase{"annaexample", false},
                                         CopiedCase{".anna", false}, CopiedCase{"anna.c", false},
                                         CopiedCase{"nna.erg", false}, CopiedCase{"anna@", true},
                                         CopiedCase{"@example.o", true}, CopiedCase{"gan", false},
                                         CopiedCase{"anna.org", false}));

struct NameCase {
  const char* first;
  const char* last;
  const char* query;
};

class WrittenTogether : public testing::TestWithParam<NameCase> {};

TEST_P(WrittenTogether, IsFound) {
  const auto& [first, last, query] = GetParam();
  Account account;
  ContactFields fields = named(first);
  if (*last != 0) fields.last_name = last;
  const ContactId id = account.add(std::move(fields));
  account.add("Bea Other");
  EXPECT_THAT(found(account, query), ElementsAre(id)) << query;
}

INSTANTIATE_TEST_SUITE_P(
    Names, WrittenTogether,
    testing::Values(NameCase{"太郎", "山田", "山田太郎"}, NameCase{"太郎", "山田", "太郎山田"},
                    NameCase{"민수", "김", "김민수"}, NameCase{"德华", "刘", "刘德华"},
                    NameCase{"タロウ", "ヤマダ", "やまだたろう"},
                    NameCase{"太郎", "山田", "山田太"}, NameCase{"عبد الرحمن", "", "عبدالرحمن"},
                    NameCase{"علی رضا", "", "علیرضا"}, NameCase{"Jean Luc", "", "jeanluc"},
                    NameCase{"Nora O Brien", "", "o'brien"}, NameCase{"Nora", "O Brien", "obrien"},
                    NameCase{"Luis", "de la Cruz", "delacruz"},
                    NameCase{"Anna Lena", "Berg", "annalena berg"},
                    NameCase{"Jürgen", "von Müller", "vonmueller"},
                    NameCase{"St. John", "", "stjohn"}));

INSTANTIATE_TEST_SUITE_P(Abbreviations, WrittenTogether,
                         testing::Values(NameCase{"J. R. R.", "Tolkien", "j.r.r. tolkien"},
                                         NameCase{"J. R. R.", "Tolkien", "jrr tolkien"},
                                         NameCase{"J. R. R.", "Tolkien", "j r r tolkien"},
                                         NameCase{"J.R.R.", "Tolkien", "jrr tolkien"},
                                         NameCase{"J.R.R.", "Tolkien", "J. R. R. Tolkien"},
                                         NameCase{"JRR", "Tolkien", "J.R.R. Tolkien"},
                                         NameCase{"J. R. R.", "Tolkien", "J.R.R. Tolkien"},
                                         NameCase{"A.B.C. GmbH", "", "abc gmbh"},
                                         NameCase{"A.B.C.", "", "abc"},
                                         NameCase{"ABC GmbH", "", "A.B.C. gmbh"},
                                         NameCase{"J.-P. Sartre", "", "jp sartre"}));

struct AddressCase {
  const char* stored;
  const char* query;
};

class SearchedAddress : public testing::TestWithParam<AddressCase> {};

TEST_P(SearchedAddress, IsFoundInBothFormsOfItsDomain) {
  Account account;
  const ContactId id = account.add(with_email("Zoe", GetParam().stored));
  account.add(with_email("Bea", "a@example.net"));
  EXPECT_THAT(found(account, GetParam().query), ElementsAre(id)) << GetParam().query;
}

INSTANTIATE_TEST_SUITE_P(Domains, SearchedAddress,
                         testing::Values(AddressCase{"a@xn--exmple-cua.org", "a@exämple.org"},
                                         AddressCase{"a@xn--exmple-cua.org",
                                                     "A@XN--EXMPLE-CUA.ORG"},
                                         AddressCase{"a@exämple.org", "a@xn--exmple-cua.org"},
                                         AddressCase{"a@xn--80a1acny.xn--p1ai", "a@почта.рф"},
                                         AddressCase{"a@почта.рф", "<a@xn--80a1acny.xn--p1ai>"}));

TEST(SearchTerms, TakePunctuationLiterallyRatherThanExceedTheWordLimit) {
  std::string query = "a";
  for (std::size_t i = 0; i < limits::search_words_max; ++i) query += "/b";
  const auto parsed = SearchQuery::parse(query);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->terms.words.size(), 1);
}

TEST(SearchTerms, IgnoreSeparatorsAndMarks) {
  for (const char* query : {"", " ", " , ", "-", " - -", "\t\n", "\xCC\x81", "、"}) {
    EXPECT_TRUE(SearchTerms(query).empty()) << query;
  }
  EXPECT_FALSE(SearchTerms("%").empty());
}

TEST(SearchQuery, HasLimits) {
  const std::string most(limits::search_chars_max, 'a');
  EXPECT_TRUE(SearchQuery::parse(most));
  EXPECT_FALSE(SearchQuery::parse(most + "a"));
  std::string words;
  for (std::size_t i = 0; i < limits::search_words_max; ++i) words += "ab ";
  EXPECT_TRUE(SearchQuery::parse(words));
  EXPECT_FALSE(SearchQuery::parse(words + "c"));
  for (const char* query : {"a\x01", "a\x7F", "\xC2\x80", "a\xFF"}) {
    EXPECT_FALSE(SearchQuery::parse(query)) << query;
  }
  for (const char* query : {"a\tb", "a\r\nb",
                            "a\xC2\x85"
                            "b",
                            "a\xE3\x80\x80"
                            "b"}) {
    const auto parsed = SearchQuery::parse(query);
    ASSERT_TRUE(parsed) << query;
    EXPECT_EQ(parsed->terms.words.size(), 2) << query;
  }
}

}  // namespace
}  // namespace kith::contacts
