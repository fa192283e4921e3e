#include "vcard/values/date.hpp"

#include <optional>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

namespace kith::vcard {
namespace {

constexpr std::optional<int> none;

class DateRead : public testing::TestWithParam<std::tuple<const char*, PartialDate, const char*>> {
};

TEST_P(DateRead, HasItsParts) {
  const auto& [raw, date, time] = GetParam();
  const auto value = read_date(raw);
  ASSERT_TRUE(value) << raw;
  EXPECT_EQ(value->date, date) << raw;
  EXPECT_EQ(value->time, time) << raw;
}

INSTANTIATE_TEST_SUITE_P(
    Values, DateRead,
    testing::Values(std::tuple{"19900517", PartialDate{1990, 5, 17}, ""},
                    std::tuple{"1990-05-17", PartialDate{1990, 5, 17}, ""},
                    std::tuple{" 1990-05-17 ", PartialDate{1990, 5, 17}, ""},
                    std::tuple{"1984-02-29T23:30:00-08:00", PartialDate{1984, 2, 29},
                               "T23:30:00-08:00"},
                    std::tuple{"19840229T233000Z", PartialDate{1984, 2, 29}, "T233000Z"},
                    std::tuple{"1990-05-17 00:00:00", PartialDate{1990, 5, 17}, " 00:00:00"},
                    std::tuple{"1990-05-17Z", PartialDate{1990, 5, 17}, "Z"},
                    std::tuple{"--0517", PartialDate{none, 5, 17}, ""},
                    std::tuple{"--05-17", PartialDate{none, 5, 17}, ""},
                    std::tuple{"--0229", PartialDate{none, 2, 29}, ""},
                    std::tuple{"---17", PartialDate{none, none, 17}, ""},
                    std::tuple{"--05", PartialDate{none, 5, none}, ""},
                    std::tuple{"1990", PartialDate{1990, none, none}, ""},
                    std::tuple{"1990-05", PartialDate{1990, 5, none}, ""},
                    std::tuple{"1604-06-20", PartialDate{none, 6, 20}, ""},
                    std::tuple{"16040229", PartialDate{none, 2, 29}, ""},
                    std::tuple{"1604", PartialDate{1604, none, none}, ""},
                    std::tuple{"0001-01-01", PartialDate{1, 1, 1}, ""}));

class NoDate : public testing::TestWithParam<const char*> {};

TEST_P(NoDate, IsText) { EXPECT_FALSE(read_date(GetParam())) << GetParam(); }

INSTANTIATE_TEST_SUITE_P(Values, NoDate,
                         testing::Values("", "-", "--", "---", "17.05.1990", "circa 1800",
                                         "1990-02-30", "19900230", "2023-02-29", "1990-13-01",
                                         "1990-00-01", "1990-5-7", "199005", "90-05-17",
                                         "1990-05-17Tea", "1990-05-17x", "--0230", "---32",
                                         "--1301", "1990/05/17", "0000-00-00"));

TEST(CardDate, OmitsTheYearThatAppleNames) {
  EXPECT_EQ(read_date("1904-06-20", 1904)->date, (PartialDate{none, 6, 20}));
  EXPECT_EQ(read_date("1904-06-20", 1604)->date, (PartialDate{1904, 6, 20}));
}

TEST(CardDate, KnowsItsForm) {
  EXPECT_EQ(read_date("1990-05-17")->form, DateForm::extended);
  EXPECT_EQ(read_date("--05-17")->form, DateForm::extended);
  EXPECT_EQ(read_date("19900517")->form, DateForm::basic);
  EXPECT_EQ(read_date("--0517")->form, DateForm::basic);
}

TEST(CardDate, IsWrittenInBothForms) {
  const PartialDate full{1990, 5, 17};
  EXPECT_EQ(write_date(full, DateForm::basic), "19900517");
  EXPECT_EQ(write_date(full, DateForm::extended), "1990-05-17");
  EXPECT_EQ(write_date({none, 5, 7}, DateForm::basic), "--0507");
  EXPECT_EQ(write_date({none, 5, 7}, DateForm::extended), "--05-07");
  EXPECT_EQ(write_date({none, none, 17}, DateForm::basic), "---17");
  EXPECT_EQ(write_date({1990, 5, none}, DateForm::basic), "1990-05");
  EXPECT_EQ(write_date({1990, none, none}, DateForm::extended), "1990");
  EXPECT_EQ(write_date({none, 5, none}, DateForm::basic), "--05");
}

/// Expects that a date comes back from both spellings.
void expect_survives(const PartialDate& date) {
  for (const DateForm form : {DateForm::basic, DateForm::extended}) {
    const auto read = read_date(write_date(date, form));
    ASSERT_TRUE(read && read->date == date) << write_date(date, form);
  }
}

TEST(CardDate, EveryDateSurvivesItsEncoding) {
  for (int month = 1; month <= 12; ++month) {
    for (int day = 1; day <= 28; ++day) {
      expect_survives({2024, month, day});
      expect_survives({none, month, day});
      expect_survives({none, none, day});
    }
    expect_survives({1604, month, none});
    expect_survives({none, month, none});
  }
  for (int year = 0; year < 10'000; ++year) expect_survives({year, none, none});
}

TEST(CardTime, IsWrittenInBothForms) {
  constexpr std::tuple<const char*, const char*> times[] = {{"T233000-0800", "T23:30:00-08:00"},
                                                            {"T10", "T10"},
                                                            {"T1030Z", "T10:30Z"},
                                                            {"T103000+02", "T10:30:00+02"},
                                                            {"T103000.5Z", "T10:30:00.5Z"}};
  for (const auto& [basic, extended] : times) {
    EXPECT_EQ(write_time(extended, DateForm::basic), basic);
    EXPECT_EQ(write_time(basic, DateForm::extended), extended);
    EXPECT_EQ(write_time(basic, DateForm::basic), basic);
    EXPECT_EQ(write_time(extended, DateForm::extended), extended);
  }
  EXPECT_EQ(write_time(" 08:30:00", DateForm::basic), "T083000");
  for (const char* text : {"", "Z", "T123", "T10:30:00Z5", "T-5-6"}) {
    EXPECT_EQ(write_time(text, DateForm::basic), text);
    EXPECT_EQ(write_time(text, DateForm::extended), text);
  }
}

}  // namespace
}  // namespace kith::vcard
