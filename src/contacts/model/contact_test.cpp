#include "contacts/model/contact.hpp"

#include <gmock/gmock.h>

#include "contacts/write/derived_columns.hpp"

namespace kith::contacts {

namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::vector<std::string> words{"My", "Mein"};

ContactFields named(std::string first, std::optional<bool> favorite = {}) {
  ContactFields fields;
  fields.first_name = std::move(first);
  fields.favorite = favorite;
  return fields;
}

std::vector<std::string> wrong(const ContactFields& fields, Time now) {
  std::vector<std::string> names;
  for (const FieldError& error : fields.check(now)) names.push_back(error.field);
  return names;
}

TEST(Favorite, FirstWordOfANewNameDecides) {
  for (const char* first : {"My mother", "my", "MY Friend", "Mein Zahnarzt", " My dog"}) {
    EXPECT_TRUE(decide_favorite(named(first), nullptr, words)) << first;
    EXPECT_TRUE(decide_favorite(named(first, false), nullptr, words)) << first;
  }
  for (const char* first : {"Mykola", "Meine", "Oh my", "M", "Myra My"}) {
    EXPECT_FALSE(decide_favorite(named(first), nullptr, words)) << first;
    EXPECT_TRUE(decide_favorite(named(first, true), nullptr, words)) << first;
  }
}

TEST(Favorite, AStoredNameWithSurroundingBlanksIsUnchanged) {
  const ContactFields current = named(" My  mother\u200b", false);
  EXPECT_FALSE(decide_favorite(named("My mother", false), &current, words));
  EXPECT_TRUE(decide_favorite(named("My father", false), &current, words));
}

TEST(Favorite, WithoutWordsIsOff) {
  EXPECT_FALSE(decide_favorite(named("My mother"), nullptr, {}));
}

TEST(Favorite, IsKeptUntilTheNameChanges) {
  const ContactFields current = named("My mother", false);
  EXPECT_FALSE(decide_favorite(named("My mother", false), &current, words));
  EXPECT_FALSE(decide_favorite(named("My mother"), &current, words));
  EXPECT_TRUE(decide_favorite(named("My mom"), &current, words));
  const ContactFields marked = named("Ann", true);
  EXPECT_FALSE(decide_favorite(named("Anna"), &marked, words));
  EXPECT_TRUE(decide_favorite(named("Anna", true), &marked, words));
  EXPECT_FALSE(decide_favorite(named("Anna", false), &marked, words));
}

TEST(ContactRules, RequireAName) {
  const Time now{};
  EXPECT_THAT(wrong(ContactFields(), now), ElementsAre("first_name"));
  EXPECT_THAT(wrong(named("A"), now), IsEmpty());
  ContactFields last;
  last.last_name = "Lee";
  EXPECT_THAT(wrong(last, now), IsEmpty());
}

TEST(ContactRules, RefuseABirthdayInTheFuture) {
  const Time noon{Date{2026, 11, 24}.days_since_epoch() * micros_per_day + micros_per_day / 2};
  ContactFields fields = named("A");
  fields.birthday = *Birthday::parse("2026-11-24");
  EXPECT_THAT(wrong(fields, noon), IsEmpty());
  fields.birthday = *Birthday::parse("2026-11-25");  // today in the easternmost time zone
  EXPECT_THAT(wrong(fields, noon), IsEmpty());
  fields.birthday = *Birthday::parse("2026-11-26");
  EXPECT_THAT(wrong(fields, noon), ElementsAre("birthday"));
  fields.birthday = *Birthday::parse("--12-31");
  EXPECT_THAT(wrong(fields, noon), IsEmpty());
}

TEST(Derived, SearchTextIsFoldedAndHoldsBothSpellings) {
  ContactFields fields = named("Łukasz");
  fields.last_name = "Müller";
  fields.phone = "+49 (0)30 1234-567";
  const DerivedColumns derived(fields);
  EXPECT_THAT(derived.search_text, HasSubstr("lukasz muller"));
  EXPECT_THAT(derived.search_text, HasSubstr("mueller"));
  EXPECT_EQ(derived.phone_digits, "I49301234567ED0301234567E");
  EXPECT_EQ(derived.not_favorite, 1);
  EXPECT_FALSE(derived.birth_key);
}

TEST(Derived, SortKeysFollowTheAlphabet) {
  const auto key = [](const char* first) { return DerivedColumns(named(first)).sort_key.bytes; };
  EXPECT_LT(key("anna"), key("Bob"));
  EXPECT_LT(key("Ängel"), key("anna"));
  EXPECT_LT(key("Zoë"), key("Ґалаґан"));
  EXPECT_EQ(key(" Anna \u200b"), key("Anna")) << "as stored by earlier versions";
}

TEST(DisplayName, IsFirstThenLast) {
  ContactFields fields = named("Ann");
  EXPECT_EQ(display_name(fields), "Ann");
  fields.last_name = "Lee";
  EXPECT_EQ(display_name(fields), "Ann Lee");
  fields.first_name.reset();
  EXPECT_EQ(display_name(fields), "Lee");
}

}  // namespace

}  // namespace kith::contacts
