#include "contacts/model/group_card.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kith::contacts {
namespace {

using testing::ElementsAre;

constexpr std::string_view ann = "0a7c0d0e-1111-4222-8333-444455556666";
constexpr std::string_view bob = "0a7c0d0e-1111-4222-8333-444455557777";

Card card_of(std::string_view body) {
  std::string text = "BEGIN:VCARD\r\n";
  for (const char c : body) c == '|' ? text += "\r\n" : text += c;
  return Card::parse(text + "END:VCARD\r\n").value();
}

const std::string apple =
    "VERSION:3.0|N:Choir|FN:Choir|X-ADDRESSBOOKSERVER-KIND:group|"
    "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:0A7C0D0E-1111-4222-8333-444455556666|"
    "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:0a7c0d0e-1111-4222-8333-444455556666|UID:choir-1|";

std::string body_of(const Card& card) {
  std::string out;
  for (const char c : card.bytes()) {
    if (c != '\r') out += c == '\n' ? '|' : c;
  }
  const std::size_t begin = out.find('|') + 1;
  return out.substr(begin, out.rfind("END:VCARD") - begin);
}

TEST(GroupCard, IsOfItsKind) {
  EXPECT_TRUE(is_group(card_of(apple)));
  EXPECT_TRUE(is_group(card_of("VERSION:4.0|KIND: Group |FN:A|")));
  EXPECT_FALSE(is_group(card_of("VERSION:4.0|KIND:org|FN:A|")));
  EXPECT_FALSE(is_group(ContactFields{}));
}

TEST(GroupCard, SaysNameUidAndMembers) {
  const GroupCard group = read_group(card_of(apple));
  EXPECT_EQ(group.name, "Choir");
  EXPECT_EQ(group.uid, "choir-1");
  EXPECT_THAT(group.members, ElementsAre(ann));
  EXPECT_EQ(read_group(card_of("VERSION:3.0|N:Only N;;;;|KIND:group|")).name, "Only N");
  EXPECT_EQ(read_group(card_of("VERSION:4.0|KIND:group|")).name, "");
}

TEST(GroupCard, EditsOfMembersTouchOnlyTheirLines) {
  const Card card = card_of(apple);
  const std::vector<std::string> added{"urn:uuid:" + std::string(bob), std::string(ann), "odd,uid"};
  const Card more = edit_members(card, added, {}, {}).value();
  std::string expected = apple;
  expected.insert(expected.find("UID:choir"),
                  "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:" + std::string(bob) +
                      "|X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:odd\\,uid|");
  EXPECT_EQ(body_of(more), expected);
  EXPECT_THAT(read_group(more).members, ElementsAre(ann, bob, "odd,uid"));
  const Card fewer = edit_members(more, {}, added, {}).value();
  EXPECT_EQ(body_of(fewer),
            "VERSION:3.0|N:Choir|FN:Choir|X-ADDRESSBOOKSERVER-KIND:group|UID:choir-1|");
  EXPECT_EQ(edit_members(fewer, {}, added, {}).value().bytes(), fewer.bytes());
  const std::vector<std::string> one{std::string(ann)};
  EXPECT_THAT(body_of(edit_members(fewer, one, {}, {}).value()),
              testing::HasSubstr("|X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:" + std::string(ann) + "|"));
  EXPECT_THAT(body_of(edit_members(card_of("VERSION:4.0|KIND:group|FN:A|"), one, {}, {}).value()),
              testing::HasSubstr("|MEMBER:urn:uuid:" + std::string(ann) + "|"));
}

TEST(GroupCard, IsRenamedInNAndFn) {
  const Card card = card_of(apple);
  std::string expected = apple;
  expected.replace(expected.find("N:Choir|FN:Choir"), 16, "N:Band\\, big|FN:Band\\, big");
  EXPECT_EQ(body_of(rename_group(card, "Band, big", {}).value()), expected);
  const auto renamed = [](std::string_view body) {
    return body_of(rename_group(card_of(body), "New", {}).value());
  };
  EXPECT_EQ(renamed("VERSION:4.0|KIND:group|FN:Old|"), "VERSION:4.0|KIND:group|FN:New|");
  EXPECT_EQ(renamed("VERSION:4.0|KIND:group|"), "VERSION:4.0|KIND:group|N:;New;;;|FN:New|");
  EXPECT_EQ(
      read_group(rename_group(card_of("VERSION:3.0|KIND:group|N:A|FN:Other|"), "New", {}).value())
          .name,
      "New");
}

TEST(GroupCard, IsGeneratedForALabel) {
  const std::vector<std::string> members{std::string(ann), "urn:x:1"};
  const std::string bytes = generate_group({.name = "Choir; big", .uid = bob, .members = members});
  EXPECT_EQ(bytes,
            "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Kith//Kith//EN\r\nUID:" + std::string(bob) +
                "\r\nN:Choir\\; big\r\nFN:Choir\\; big\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n"
                "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:" +
                std::string(ann) + "\r\nX-ADDRESSBOOKSERVER-MEMBER:urn:x:1\r\nEND:VCARD\r\n");
  EXPECT_TRUE(is_group(Card::parse(bytes).value()));
}

}  // namespace
}  // namespace kith::contacts
