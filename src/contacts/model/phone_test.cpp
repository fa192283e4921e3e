#include "contacts/model/phone.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "contacts/model/dial_plans.hpp"

namespace kith::contacts {
namespace {

bool finds(std::string_view query, std::string_view stored, int country_code = 0) {
  const std::string digits = phone_digits(stored);
  const auto needles = phone_needles(query, country_code);
  return std::ranges::any_of(
      needles, [&](const std::string& needle) { return digits.find(needle) != std::string::npos; });
}

/// Forms of one number; the first has the country code.
struct Number {
  const char* name;
  std::vector<std::string> forms;
};

const Number numbers[] = {
    {"Germany, landline",
     {"+49 30 1234567", "0049 30 1234567", "030 1234567", "(030) 123-45-67", "+49 (0)30 1234567",
      "030/1234567", "301234567", "+49.30.1234567", "tel:+49301234567", "tel:+49-30-1234567",
      "tel:030-1234567;phone-context=+49", "011 49 30 1234567", "49 30 1234567", "+49 30 1234567",
      "＋４９ ３０ １２３４５６７", "+49 – 30 – 1234567", "+49 [0] 30 1234567", "(+49) 30 1234567",
      "‪+49 30 1234567‬"}},
    {"Germany, mobile", {"+49 172 1234567", "0172 1234567", "0172-1234567", "491721234567"}},
    {"Norway", {"+47 22 86 44 00", "22 86 44 00", "0047 22864400", "22864400"}},
    {"Denmark", {"+45 33 12 34 56", "33 12 34 56", "0045 33123456"}},
    {"Sweden", {"+46 8 123 456 78", "08-123 456 78", "0046 (0)8 12345678"}},
    {"Finland", {"+358 40 1234567", "040 123 4567", "00358401234567"}},
    {"Iceland", {"+354 551 2345", "551 2345", "00354 551-2345"}},
    {"Estonia", {"+372 5123 4567", "5123 4567"}},
    {"Lithuania", {"+370 612 34567", "8 612 34567", "0 612 34567"}},
    {"Poland", {"+48 22 123 45 67", "22 123 45 67", "0048221234567"}},
    {"Czechia", {"+420 601 234 567", "601 234 567", "00420 601234567"}},
    {"Hungary", {"+36 20 123 4567", "06 20 123 4567", "06-20/123-4567", "20 123 4567"}},
    {"Switzerland", {"+41 44 668 18 00", "044 668 18 00", "0041 44 668 18 00", "+41(0)446681800"}},
    {"Austria", {"+43 1 5131280", "01 5131280", "01/513 12 80", "0043 1 5131280"}},
    {"Netherlands", {"+31 6 12345678", "06-12345678", "06 1234 5678"}},
    {"Belgium", {"+32 2 123 45 67", "02 123 45 67", "02/123.45.67"}},
    {"France", {"+33 1 70 18 99 00", "01 70 18 99 00", "01.70.18.99.00", "+33 (0)1 70 18 99 00"}},
    {"Spain", {"+34 912 345 678", "912 345 678", "912-34-56-78"}},
    {"Portugal", {"+351 21 234 5678", "212 345 678"}},
    {"Italy, landline keeps its zero",
     {"+39 06 698 12345", "06 698 12345", "06/69812345", "0039 0669812345", "+39 (0)6 69812345"}},
    {"Italy, mobile", {"+39 347 123 4567", "347 1234567", "347/1234567"}},
    {"United Kingdom",
     {"+44 20 7946 0958", "020 7946 0958", "(020) 7946 0958", "+44 (0)20 7946 0958",
      "0044 20 79460958"}},
    {"Ireland", {"+353 1 676 7676", "01 676 7676", "(01) 6767676"}},
    {"United States",
     {"+1 202 555 0147", "(202) 555-0147", "202.555.0147", "1-202-555-0147", "+1 (202) 555-0147",
      "tel:+1-202-555-0147", "001 202 555 0147", "12025550147",
      "tel:555-0147;phone-context=+1-202"}},
    {"Russia",
     {"+7 912 345-67-89", "8 (912) 345-67-89", "89123456789", "79123456789", "912 3456789"}},
    {"Kazakhstan", {"+7 701 234 56 78", "8 701 234 56 78", "8-701-234-56-78"}},
    {"Ukraine", {"+380 44 123-45-67", "(044) 123-45-67", "044 1234567", "380441234567"}},
    {"Belarus", {"+375 17 234-56-78", "8 017 234-56-78", "80172345678", "8 (017) 2345678"}},
    {"Mexico",
     {"+52 55 1234 5678", "+52 1 55 1234 5678", "55 1234 5678", "044 55 1234 5678",
      "01 55 1234 5678", "0052 55 12345678"}},
    {"Argentina",
     {"+54 11 2345-6789", "+54 9 11 2345-6789", "011 2345-6789", "011 15-2345-6789",
      "11 2345 6789"}},
    {"Argentina, other area", {"+54 9 351 234-5678", "0351 15 234-5678", "0351 2345678"}},
    {"Brazil",
     {"+55 11 98765-4321", "(11) 98765-4321", "011 98765-4321", "0 15 11 98765-4321",
      "0055 11 987654321"}},
    {"Chile", {"+56 9 6123 4567", "9 6123 4567"}},
    {"Colombia", {"+57 321 1234567", "321 123 4567"}},
    {"Turkey", {"+90 212 345 67 89", "0212 345 67 89", "0 (212) 345 67 89"}},
    {"Israel", {"+972 3-123-4567", "03-1234567", "00972-3-1234567"}},
    {"Iran", {"+98 21 1234 5678", "021 1234 5678", "۰۲۱۱۲۳۴۵۶۷۸", "۰۰۹۸ ۲۱ ۱۲۳۴ ۵۶۷۸"}},
    {"Saudi Arabia", {"+966 11 234 5678", "011 234 5678", "٠١١٢٣٤٥٦٧٨"}},
    {"Egypt", {"+20 2 2345 6789", "02 2345 6789"}},
    {"South Africa", {"+27 21 123 4567", "021 123 4567", "(021) 123-4567"}},
    {"Nigeria", {"+234 803 123 4567", "0803 123 4567"}},
    {"Ivory Coast keeps its zero", {"+225 07 12 34 56 78", "07 12 34 56 78"}},
    {"India", {"+91 98765 43210", "098765 43210", "98765-43210", "0091 9876543210"}},
    {"China", {"+86 138 1234 5678", "138 1234 5678", "13812345678", "0086 13812345678"}},
    {"China, landline", {"+86 10 6552 9988", "010-65529988", "(010) 6552 9988"}},
    {"Hong Kong", {"+852 2123 4567", "2123 4567"}},
    {"Singapore", {"+65 6123 4567", "6123 4567"}},
    {"Japan", {"+81 3-1234-5678", "03-1234-5678", "03(1234)5678", "０３－１２３４－５６７８"}},
    {"South Korea", {"+82 10-1234-5678", "010-1234-5678", "01012345678"}},
    {"Vietnam", {"+84 24 3823 1234", "024 3823 1234"}},
    {"Australia", {"+61 2 9876 5432", "(02) 9876 5432", "0011 61 2 9876 5432", "02 98765432"}},
    {"Gabon", {"+241 11 23 45 67", "011 23 45 67", "00241 11 23 45 67", "tel:+24111234567"}},
    {"Bhutan", {"+975 2 321234", "02 321 234", "00975 2 321 234"}},
    {"Tajikistan", {"+992 372 123456", "8 372 123456", "00992 372 12-34-56"}},
    {"Uzbekistan", {"+998 71 234 56 78", "8 71 234 56 78", "712345678"}},
    {"with labels and in links",
     {"+49 30 1234567",
      "phone: 030/1234567",
      "☎ 030 1234567",
      "☎️ +49 30 1234567",
      "030 1234567 📞",
      "WhatsApp: +49 30 1234567",
      "sip:+49301234567@host.example.org",
      "sips:+49301234567@10.0.0.1;user=phone",
      "https://wa.me/49301234567",
      "tel:%2B49301234567",
      "https://api.whatsapp.com/send?phone=49301234567&text=1",
      "viber://chat?number=%2B49301234567",
      "49301234567@s.whatsapp.net",
      "+49301234567@s.whatsapp.net",
      "Tel. 030 1234567",
      "Tel 030/1234567",
      "T: 030 1234567",
      "Telefon: +49 30 1234567",
      "тел.: +49 30 1234567",
      "電話: +49 30 1234567",
      "℡ 030 1234567",
      "tel://+49301234567",
      "skype:+49301234567?call",
      "facetime-audio:+49301234567",
      "https://t.me/+49301234567"}},
    {"dialled abroad",
     {"+49 30 1234567", "001 49 30 1234567", "119 49 30 1234567", "007 49 30 1234567",
      "009 49 30 1234567", "0011 49 30 1234567", "810 49 30 1234567"}},
    {"with a zero that is not dialled",
     {"+47 22 86 44 00", "+47 (0)22864400", "0047 (0)22 86 44 00"}},
    {"with letters",
     {"+1 800 356 9377", "1-800-FLOWERS", "18003569377", "1-800-flowers", "+1 800 FLOWERS"}},
    {"with too many letters", {"+1 800 266 8228", "1-800-CONTACTS", "18002668228"}},
    {"with four letters", {"+1 212 555 4357", "(212) 555-HELP", "1-212-555-HELP", "212-555-4357"}},
    {"Brazil, with a carrier", {"+55 11 91234-5678", "0 15 11 91234-5678", "(11) 91234-5678"}},
    {"New Zealand", {"+64 21 123 456", "021 123 456"}},
};

TEST(Phone, AllFormsOfANumberFindEachOther) {
  for (const Number& number : numbers) {
    for (const std::string& stored : number.forms) {
      for (const std::string& query : number.forms) {
        EXPECT_TRUE(finds(query, stored)) << number.name << ": " << query << " in " << stored;
      }
    }
  }
}

TEST(Phone, NumbersWithDifferentCountryCodesNeverMatch) {
  for (const Number& stored : numbers) {
    for (const Number& query : numbers) {
      if (stored.forms[0] == query.forms[0]) continue;
      EXPECT_FALSE(finds(query.forms[0], stored.forms[0])) << query.name << " in " << stored.name;
    }
  }
  EXPECT_FALSE(finds("+44 7202 555 0147", "+1 202 555 0147"));
  EXPECT_FALSE(finds("+1 202 555 0147", "+44 7202 555 0147"));
  // The same digits within the country, dialled the same way.
  EXPECT_FALSE(finds("+49 30 1234567", "+43 30 1234567"));
  EXPECT_FALSE(finds("+43 30 1234567", "0049 30 1234567"));
  EXPECT_FALSE(finds("+47 22864400", "+45 22864400"));
  EXPECT_FALSE(finds("tel:+7-912-345-67-89", "+1 912 345 6789"));
}

struct Row {
  const char* query;
  const char* stored;
  bool found;
};

class PhonePart : public testing::TestWithParam<Row> {};

TEST_P(PhonePart, IsFoundAsExpected) {
  const auto& [query, stored, found] = GetParam();
  EXPECT_EQ(finds(query, stored), found) << query << " in " << stored;
}

INSTANTIATE_TEST_SUITE_P(
    TypedSoFar, PhonePart,
    testing::Values(
        Row{"+49 172", "0172 1234567", true}, Row{"0172", "+49 172 1234567", true},
        Row{"+49 17", "0172 1234567", true}, Row{"+49", "+49 172 1234567", true},
        Row{"+4", "+49 172 1234567", true}, Row{"0049", "+49 172 1234567", true},
        Row{"0049 172", "0172 1234567", true}, Row{"+49 (0)", "+49 172 1234567", true},
        Row{"030 12", "+49 30 1234567", true}, Row{"(030) 12", "+49 30 1234567", true},
        Row{"030 12", "030 1234567", true}, Row{"123", "+49 30 1234567", true},
        Row{"45-67", "+49 30 1234567", true}, Row{"4567", "030 1234567", true},
        Row{"4930", "+49 30 1234567", true}, Row{"49 30 123", "+49 30 1234567", true},
        Row{"+31 6", "06 12345678", true}, Row{"+353 8", "087 123 4567", true},
        Row{"+31 6", "07 12345678", false}, Row{"+31", "06 12345678", false},
        Row{"+54 9 11 23", "+54 11 2345-6789", true}, Row{"+52 1 55", "+52 55 1234 5678", true},
        Row{"+521 55 12", "55 1234 5678", true}, Row{"011 15 2345-67", "+54 9 11 2345-6789", true},
        Row{"030 15 2345", "+49 30 2345678", false}, Row{"+47 (0)22", "22 86 44 00", true},
        Row{"+7 912", "8 912 345-67-89", true}, Row{"8 912", "+7 912 345-67-89", true},
        Row{"06 20", "+36 20 123 4567", true}, Row{"+36 20", "06 20 123 4567", true},
        Row{"+39 06", "06 698 12345", true}, Row{"06 698", "+39 06 698 12345", true},
        Row{"+47 22 86", "22 86 44 00", true}, Row{"555", "+1 202 555 0147", true},
        Row{"+1 202", "(202) 555-0147", true}, Row{"٣٠١٢", "+49 30 1234567", true},
        Row{"112", "112", true}, Row{"110", "112", false}, Row{"0", "030 1234567", true},
        Row{"+49 173", "0172 1234567", false}, Row{"+48 172", "+49 172 1234567", false},
        Row{"+44 30", "+49 30 1234567", false}, Row{"999", "+49 30 1234567", false},
        Row{"0031", "+49 31 1234567", false}, Row{"+47 22 86 44 00", "4722864400", true},
        Row{"+9", "+49 30 1234567", false}, Row{"030 1234568", "+49 30 1234567", false},
        Row{"+999 123", "+999 1234567", true}, Row{"0202 555 0147", "+1 202 555 0147", false}));

INSTANTIATE_TEST_SUITE_P(
    Extensions, PhonePart,
    testing::Values(Row{"+49 30 1234567", "030 1234567 ext. 12", true},
                    Row{"+49 30 1234567 ext 12", "030 1234567 x12", true},
                    Row{"030 1234567 x12", "+49 30 1234567", true},
                    Row{"030 1234567 x12", "+49 30 1234567 #12", true},
                    Row{"030 1234567 x12", "+49 30 1234567 x13", false},
                    Row{"tel:+49-30-1234567;ext=12", "030 1234567, 12", true},
                    Row{"+7 912 345-67-89 доб. 12", "8 912 345-67-89 (доб. 12)", true},
                    Row{"+7 912 345-67-89", "8 912 345-67-89 доб. 12", true},
                    Row{"030 1234567 p12", "+49 30 1234567 x12", true},
                    Row{"030 1234567w12", "+49 30 1234567 x13", false},
                    Row{"030 1234 Durchwahl 567", "030 1234-567", true},
                    Row{"030 1234-0", "030 1234", true}, Row{"030 1234", "+49 30 1234-0", true},
                    Row{"030 1234-0", "+49 30 1234-0", true},
                    Row{"03-1234-5678 内線 9", "+81 3 1234 5678 内線9", true},
                    Row{"+49301234567;ext=12", "tel:+49-30-1234567;ext=12;isub=3", true}));

INSTANTIATE_TEST_SUITE_P(StoredTexts, PhonePart,
                         testing::Values(Row{"+49 172 1234567", "Mobil: 0172 1234567", true},
                                         Row{"+49 172 7654321", "030 1234567 / 0172 7654321", true},
                                         Row{"+49 30 1234567", "030 1234567 / 0172 7654321", true},
                                         Row{"+49 172 7654321", "+49 30 1234567, +49 172 7654321",
                                             true},
                                         Row{"30", "no digits", false}));

TEST(Phone, TheOwnCountryFindsNumbersWithoutItsCode) {
  EXPECT_TRUE(finds("49 30 1234", "030 1234567", 49));
  EXPECT_FALSE(finds("49 30 1234", "030 1234567", 43));
  EXPECT_FALSE(finds("49 30 1234", "030 1234567"));
  EXPECT_TRUE(finds("1 202 555", "(202) 555-0147", 1));
  EXPECT_FALSE(finds("1 202 555", "(202) 555-0147", 44));
  EXPECT_TRUE(finds("8 912 345", "912 3456789", 7));
  EXPECT_FALSE(finds("49 30", "030 1234567", 49)) << "too few digits";
  EXPECT_FALSE(finds("49 30 1234", "+43 30 1234567", 49));
  for (const int country_code : {0, 1, 7, 39, 49, 52, 999}) {
    for (const Number& number : numbers) {
      for (const std::string& query : number.forms) {
        for (const std::string& stored : number.forms) {
          ASSERT_TRUE(finds(query, stored, country_code)) << number.name << ": " << query;
        }
        ASSERT_LE(phone_needles(query, country_code).size(), phone_needles_max);
      }
    }
  }
}

TEST(Phone, TextIsNotAPhoneNumber) {
  for (const char* query : {"anna",
                            "",
                            "  ",
                            "a1",
                            "route 66",
                            "+",
                            "()",
                            "-",
                            "12:30",
                            "a@1.de",
                            "100%",
                            "7 x",
                            "Anna, 1234567890123456",
                            "234567 anna",
                            "30 anna",
                            "home 1",
                            "https://t.me/anna",
                            "t: anna",
                            "sip:anna@example.org",
                            "13 anna",
                            "x12",
                            "Berg, Anna",
                            "tel:",
                            "1_2",
                            "*1"}) {
    EXPECT_TRUE(phone_needles(query).empty()) << query;
  }
  for (const char* stored : {"", "anna", "+", "x"}) EXPECT_EQ(phone_digits(stored), "") << stored;
}

TEST(Phone, StoredFormsAreAsciiWithoutSmallLetters) {
  EXPECT_EQ(phone_digits("+49 (0)30 12-34 x5"), "I49301234X5ED0301234X5E");
  EXPECT_EQ(phone_digits("030 1234"), "N0301234E");
  EXPECT_EQ(phone_digits("+999 12"), "I99912E");
  for (const Number& number : numbers) {
    for (const std::string& form : number.forms) {
      const std::string digits = phone_digits(form);
      EXPECT_EQ(digits.find_first_not_of("0123456789IDNXE"), std::string::npos) << digits;
      EXPECT_LE(digits.size(), 100U) << digits;
    }
  }
}

TEST(Phone, NeedlesAreFewForAnyInput) {
  std::string query;
  for (int i = 0; i < 40; ++i) query += "052 1 55 1234 5678 x12, ";
  EXPECT_LE(phone_needles(query).size(), phone_needles_max);
  EXPECT_LE(phone_needles("+52 55 1234 5678 x12").size(), phone_needles_max);
  EXPECT_LE(phone_needles(std::string(200, '0')).size(), phone_needles_max);
  EXPECT_FALSE(phone_digits(std::string(50, '9')).empty());
}

TEST(DialPlans, NoCodeIsAPrefixOfAnother) {
  for (const DialPlan& plan : dial_plans()) {
    const std::string code = std::to_string(plan.country_code);
    EXPECT_EQ(find_dial_plan(code + "123"), &plan) << code;
    EXPECT_LE(code.size(), country_code_digits_max);
    EXPECT_LE(plan.national_digits_min, plan.national_digits_max) << code;
    EXPECT_LE(code.size() + plan.national_digits_max, 15U) << code;
  }
  for (const char* digits : {"", "0", "999", "210", "x1", "4"}) {
    EXPECT_EQ(find_dial_plan(digits), nullptr) << digits;
  }
}

TEST(CallingCodes, OfAllRegionsHaveADialPlan) {
  int regions = 0;
  for (char first = 'A'; first <= 'Z'; ++first) {
    for (char second = 'A'; second <= 'Z'; ++second) {
      const auto region = Region::parse(std::string{first, second});
      if (!region) continue;
      ++regions;
      const std::string code = std::to_string(calling_code_of(*region));
      const DialPlan* plan = find_dial_plan(code);
      ASSERT_NE(plan, nullptr) << region->code();
      EXPECT_EQ(std::to_string(plan->country_code), code) << region->code();
    }
  }
  EXPECT_EQ(regions, 250);
  EXPECT_EQ(calling_code_of(std::nullopt), 0);
  EXPECT_EQ(calling_code_of(*Region::parse("AT")), 43);
  EXPECT_EQ(calling_code_of(*Region::parse("CA")), 1);
  EXPECT_EQ(calling_code_of(*Region::parse("VA")), 39);
}

TEST(PhoneKeys, AreE164WhereTheCountryIsKnown) {
  const auto keys = [](std::string_view phone, int country_code = 0) {
    std::string out;
    for (const std::string& key : phone_keys(phone, country_code)) out += key + ' ';
    return out;
  };
  EXPECT_EQ(keys("+49 (0)30 123456-7"), "+49301234567 ");
  EXPECT_EQ(keys("0049 30 1234567"), "+49301234567 ");
  EXPECT_EQ(keys("tel:+49-30-1234567;ext=5"), "+49301234567 ");
  EXPECT_EQ(keys("030 1234567"), "301234567 ");
  EXPECT_EQ(keys("030 1234567", 49), "+49301234567 ");
  EXPECT_EQ(keys("+44 20 7946 0000", 49), "+442079460000 ");
  EXPECT_EQ(keys("1234567", 49), "1234567 ");
  EXPECT_EQ(keys("(555) 234-5678", 1), "+15552345678 ");
  EXPECT_EQ(keys("1 555 234 5678", 1), "+15552345678 ");
  EXPECT_EQ(keys("06 1234 5678", 39), "+390612345678 ");
  EXPECT_EQ(keys("8 912 345-67-89", 7), "+79123456789 ");
  EXPECT_EQ(keys("110", 49), "110 ");
  EXPECT_EQ(keys("+49 30 1234567 / +49 171 7654321"), "+49301234567 +491717654321 ");
  EXPECT_EQ(keys("none"), "");
  EXPECT_EQ(keys("030 1234567", 999), "301234567 ");
}

}  // namespace
}  // namespace kith::contacts
