#include "accounts/initials.hpp"

#include <gmock/gmock.h>

namespace kith::accounts {

namespace {

using testing::HasSubstr;

AccountId account_of_color(std::uint8_t color) {
  AccountId account;
  account.uuid.data.back() = color;
  return account;
}

struct Row {
  const char* username;
  const char* name;
};

class Initials : public testing::TestWithParam<Row> {};

TEST_P(Initials, AreTheFirstLettersOfTheFirstAndLastWord) {
  const std::string name = initials_of(GetParam().username, account_of_color(3));
  EXPECT_EQ(name, GetParam().name);
  EXPECT_TRUE(draw_initials(name)) << "named initials can be drawn";
}

INSTANTIATE_TEST_SUITE_P(
    Scripts, Initials,
    testing::Values(Row{"Anna", "41-3"}, Row{"anna krüger", "41-4b-3"},
                    Row{"  Anna  Maria\tKrüger ", "41-4b-3"}, Row{"(Anna) \"the 2nd\"", "41-32-3"},
                    Row{"élodie", "c9-3"}, Row{"ßeta", "df-3"}, Row{"ǆ", "1c5-3"},
                    Row{"Олена Шевченко", "41e-428-3"}, Row{"Ωmega", "3a9-3"},
                    Row{"王小明", "738b-3"}, Row{"김철수", "ae40-3"}, Row{"さくら", "3055-3"},
                    Row{"محمد علي", "645-639-3"}, Row{"דוד", "5d3-3"}, Row{"किरण", "915-3"},
                    Row{"ნინო", "10dc-3"}, Row{"\U00010428", "10400-3"}, Row{"7 of 9", "37-39-3"},
                    Row{"🦊 Fox", "46-3"}, Row{"🦊", "3"}, Row{"<>&\"'", "3"}, Row{"", "3"},
                    Row{"\xFF\xFE", "3"}));

TEST(Initials, HaveTheColorOfTheAccount) {
  EXPECT_EQ(initials_of("A", account_of_color(0)), "41-0");
  EXPECT_EQ(initials_of("A", account_of_color(255)), "41-5");
}

TEST(InitialsDrawing, ShowsTheLetters) {
  EXPECT_THAT(*draw_initials("41-4b-3"), HasSubstr(">&#x41;&#x4b;</text>"));
  EXPECT_THAT(*draw_initials("3"), HasSubstr("<circle"));
  EXPECT_NE(draw_initials("41-3"), draw_initials("41-4"));
}

TEST(InitialsDrawing, RejectsOtherTexts) {
  for (const char* name :
       {"",           "-",        "-3",      "41",       "41-",        "41-10", "41-a",
        "41-4b-4c-3", "041-3",    "4B-3",    "0x41-3",   "3c-3",       "26-3",  "22-3",
        "20-3",       "0-3",      "d800-3",  "110000-3", "ffffffff-3", "41--3", "+41-3",
        "-41-3",      "41-4b-3 ", "../41-3", "41-3.svg"}) {
    EXPECT_EQ(draw_initials(name), std::nullopt) << name;
  }
}

}  // namespace

}  // namespace kith::accounts
