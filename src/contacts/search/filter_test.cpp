#include "contacts/search/filter.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace kith::contacts {
namespace {

/// The packed texts of some contacts, each text after a tag.
struct Packed {
  std::string text;
  std::vector<std::size_t> ends;

  void add(std::string_view contact) {
    text.append("\x01").append(contact);
    ends.push_back(text.size());
  }
};

bool has_group(const SearchFilter::Groups& groups, std::size_t contact) {
  const std::size_t group = contact / SearchFilter::group_contacts;
  return (groups[group / 64] >> (group % 64) & 1) != 0;
}

TEST(SearchFilter, KeepsTheGroupsThatContainTheWord) {
  std::mt19937 random(1);
  for (const std::size_t contacts : {1U, 63U, 64U, 65U, 4096U, 4097U, 9000U}) {
    Packed packed;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < contacts; ++i) {
      std::string name;
      for (std::size_t letters = 1 + random() % 9; letters > 0; --letters) {
        name += static_cast<char>("abcdefgh \xD0\xBB\xE7"[random() % 12]);
      }
      names.push_back(name);
      packed.add(name);
    }
    const SearchFilter filter(packed.text, packed.ends);
    for (std::size_t i = 0; i < contacts; i += 1 + contacts / 200) {
      const std::string needle = names[i].substr(random() % names[i].size());
      if (needle.find_first_not_of(' ') == std::string::npos) continue;
      EXPECT_TRUE(has_group(filter.groups_of(needle), i)) << i << " of " << contacts;
    }
  }
}

TEST(SearchFilter, RulesOutNearlyAllGroupsForRareWords) {
  Packed packed;
  for (int i = 0; i < 10'000; ++i) packed.add(i == 5000 ? "quellenberg" : "anna maria schmidt");
  const SearchFilter filter(packed.text, packed.ends);
  EXPECT_EQ(count_groups(filter.groups_of("quellenberg")), 1);
  EXPECT_EQ(count_groups(filter.groups_of("anna")), 157);
  EXPECT_EQ(count_groups(filter.groups_of("xylophon")), 0);
  EXPECT_EQ(count_groups(filter.groups_of("x")), 0);
  EXPECT_LT(filter.bytes(), packed.text.size());
}

TEST(SearchFilter, CombinesGroups) {
  SearchFilter::Groups groups{0b0110, 0b1};
  keep_common(groups, {0b0101, 0b1});
  EXPECT_EQ(groups, (SearchFilter::Groups{0b0100, 0b1}));
  add_all(groups, {0b1000, 0});
  EXPECT_EQ(groups, (SearchFilter::Groups{0b1100, 0b1}));
  EXPECT_EQ(count_groups(groups), 3);
}

}  // namespace
}  // namespace kith::contacts
