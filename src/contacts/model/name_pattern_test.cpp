#include "contacts/model/name_pattern.hpp"

#include <gtest/gtest.h>

namespace kith::contacts {

namespace {

const NameParts doctor{
    .prefix = "Dr.", .given = "Jane", .additional = "Mary", .family = "Doe", .suffix = "PhD"};

NameParts with(NameParts parts, std::string given, std::string family) {
  parts.given = std::move(given);
  parts.family = std::move(family);
  return parts;
}

TEST(NamePattern, EachPatternIsKept) {
  struct Case {
    std::string_view name;
    std::string_view following;
  };
  for (const auto& [name, following] :
       std::initializer_list<Case>{{"Dr. Jane Mary Doe, PhD", "Dr. Joan Mary Roe, PhD"},
                                   {"Dr. Jane Mary Doe PhD", "Dr. Joan Mary Roe PhD"},
                                   {"Dr. Jane Mary Doe", "Dr. Joan Mary Roe"},
                                   {"Dr. Jane Doe", "Dr. Joan Roe"},
                                   {"Jane Mary Doe", "Joan Mary Roe"},
                                   {"Jane Doe", "Joan Roe"},
                                   {"Doe Jane", "Roe Joan"},
                                   {"Doe, Jane", "Roe, Joan"},
                                   {"Doe, Jane Mary", "Roe, Joan Mary"},
                                   {"Jane", "Joan"},
                                   {"Doe", "Roe"},
                                   {"  Dr.  Jane   Doe ", "Dr. Joan Roe"}}) {
    EXPECT_EQ(following_name(name, doctor, with(doctor, "Joan", "Roe"), NameWords::stay), following)
        << name;
  }
}

TEST(NamePattern, EastAsianNamesHaveNoBlank) {
  const NameParts old_parts{.given = "太郎", .family = "山田"};
  EXPECT_EQ(following_name("山田太郎", old_parts, with(old_parts, "花子", "山田"), NameWords::stay),
            "山田花子");
  EXPECT_EQ(following_name("山田太郎", old_parts, with(old_parts, "Tom", "山田"), NameWords::stay),
            "山田 Tom");
  const NameParts scot{.given = "Donald", .family = "Mac"};
  EXPECT_EQ(following_name("MacDonald", scot, with(scot, "Ian", "Mac"), NameWords::replaced),
            std::nullopt);
}

TEST(NamePattern, WhatIsEmptyLeavesNoSeparator) {
  EXPECT_EQ(following_name("Doe, Jane", doctor, with(doctor, "", "Doe"), NameWords::stay), "Doe");
  EXPECT_EQ(following_name("Jane", doctor, with(doctor, "", "Doe"), NameWords::stay), "Doe");
  EXPECT_EQ(following_name("Dr. Jane Doe", doctor, with(doctor, "", ""), NameWords::stay), "");
}

TEST(NamePattern, OtherwiseAWordIsReplaced) {
  const NameParts joan = with(doctor, "Joan", "Doe");
  const auto following = [&](std::string_view name, NameWords words = NameWords::replaced) {
    return following_name(name, doctor, joan, words);
  };
  EXPECT_EQ(following("Doc Jane \"The Hammer\""), "Doc Joan \"The Hammer\"");
  EXPECT_EQ(following("“Jane” of Acme"), "“Joan” of Acme");
  EXPECT_EQ(following("Jane and Jane"), std::nullopt);
  EXPECT_EQ(following("Janet of Acme"), std::nullopt);
  EXPECT_EQ(following("MaryJane of Acme"), std::nullopt);
  EXPECT_EQ(following("ÄJane of Acme"), std::nullopt);
  EXPECT_EQ(following("The Hammer"), std::nullopt);
  EXPECT_EQ(following("Doc Jane", NameWords::stay), std::nullopt);
  EXPECT_EQ(
      following_name("Doc Jane of Doe", doctor, with(doctor, "Joan", "Roe"), NameWords::replaced),
      "Doc Joan of Roe");
  EXPECT_EQ(following_name("Doc Jane of Doe", doctor, with(doctor, "", "Roe"), NameWords::replaced),
            "Doc of Roe");
  const NameParts twice{.given = "Jane", .family = "Jane Doe"};
  EXPECT_EQ(following_name("The Jane Doe", twice, with(twice, "Joan", "Roe"), NameWords::replaced),
            "The Joan Doe");
}

}  // namespace

}  // namespace kith::contacts
