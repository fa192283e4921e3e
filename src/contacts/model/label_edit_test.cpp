#include "contacts/model/label_edit.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contacts/model/color.hpp"
#include "contacts/model/label.hpp"

namespace kith::contacts {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// Returns a card; `|` ends each line of its body.
Card card_of(std::string_view body, std::string_view version = "3.0") {
  std::string bytes = "BEGIN:VCARD|VERSION:" + std::string(version) + "|FN:Ann|";
  bytes.append(body).append("END:VCARD|");
  std::string text;
  for (const char c : bytes) c == '|' ? text += "\r\n" : text += c;
  return Card::parse(text).value();
}

/// Returns what stands between FN and END after an edit.
std::string edited(const Card& card, const LabelEdit& edit) {
  const std::string bytes = edit_labels(card, edit, {}, {}).value().bytes();
  const std::size_t begin = bytes.find("FN:Ann\r\n") + 8;
  std::string out;
  for (const char c : bytes.substr(begin, bytes.find("END:VCARD") - begin)) {
    if (c != '\r') out += c == '\n' ? '|' : c;
  }
  return out;
}

struct Example {
  const char* name;
  const char* body;
  LabelEdit edit;
  const char* expected;
};

class LabelEdits : public testing::TestWithParam<Example> {};

TEST_P(LabelEdits, TouchOnlyTheirLine) {
  const Example& each = GetParam();
  EXPECT_EQ(edited(card_of(each.body), each.edit), each.expected);
}

INSTANTIATE_TEST_SUITE_P(
    Examples, LabelEdits,
    testing::Values(
        Example{"the first", "", {.added = {"Choir"}}, "CATEGORIES:Choir|"},
        Example{"several", "", {.added = {"B, C", "A"}}, "CATEGORIES:B\\, C,A|"},
        Example{"another",
                "CATEGORIES:Work|NOTE:x|",
                {.added = {"Choir"}},
                "CATEGORIES:Work,Choir|NOTE:x|"},
        Example{"one that is there", "categories:wörk|", {.added = {"Work"}}, "categories:wörk|"},
        Example{"behind the last line",
                "CATEGORIES:A|CATEGORIES;X=1:B|",
                {.added = {"C"}},
                "CATEGORIES:A|CATEGORIES;X=1:B,C|"},
        Example{"taken off", "CATEGORIES:A,B,C|", {.removed = {"b"}}, "CATEGORIES:A,C|"},
        Example{"the last taken off", "CATEGORIES:A|NOTE:x|", {.removed = {"A"}}, "NOTE:x|"},
        Example{"taken off everywhere",
                "CATEGORIES:A,B|CATEGORIES:A|",
                {.removed = {"A"}},
                "CATEGORIES:B|"},
        Example{"one that is not there",
                "CATEGORIES: A ,,B|",
                {.removed = {"C"}},
                "CATEGORIES: A ,,B|"},
        Example{"the spelling of others",
                "CATEGORIES:A\\;b, c ,D|",
                {.removed = {"D"}},
                "CATEGORIES:A\\;b, c |"},
        Example{"renamed in place",
                "CATEGORIES:A,b,C|",
                {.renamed = {{"B", "X, Y"}}},
                "CATEGORIES:A,X\\, Y,C|"},
        Example{"renamed to one that is there",
                "CATEGORIES:A,B|",
                {.renamed = {{"B", "A"}}},
                "CATEGORIES:A|"},
        Example{"renamed in case only",
                "CATEGORIES:choir|",
                {.renamed = {{"choir", "Choir"}}},
                "CATEGORIES:Choir|"},
        Example{"exactly", "CATEGORIES:A,B|", {.exactly = {{"B", "C"}}}, "CATEGORIES:B,C|"},
        Example{"exactly none", "CATEGORIES:A,B|", {.exactly = std::vector<std::string>()}, ""},
        Example{"exactly what is there",
                "CATEGORIES:A,a,B|",
                {.exactly = {{"b", "A"}}},
                "CATEGORIES:A,a,B|"},
        Example{"names that are no labels",
                "CATEGORIES:myContacts,* starred,A|",
                {.exactly = std::vector<std::string>()},
                "CATEGORIES:myContacts,* starred|"},
        Example{"in place of the last",
                "CATEGORIES;X=1:A|",
                {.removed = {"A"}, .added = {"B"}},
                "CATEGORIES;X=1:B|"}),
    [](const auto& example) {
      std::string name = example.param.name;
      for (char& c : name) c = c == ' ' ? '_' : c;
      return name;
    });

TEST(LabelEdit, OfAnImplicitCardMakesItExplicit) {
  ContactFields fields;
  fields.first_name = "Ann";
  fields.favorite = true;
  const ContactId id = ContactId::parse("0193c1e2-0000-7000-8000-000000000001").value();
  const Card none = edit_labels(fields, {.removed = {"A"}}, id, {}).value();
  EXPECT_FALSE(none.is_explicit());
  const Card some = edit_labels(fields, {.added = {"A"}}, id, {}).value();
  EXPECT_EQ(some.favorite(), true);
  std::string expected = generate(fields, id.to_string());
  expected.insert(expected.find("END:VCARD"), "CATEGORIES:A\r\n");
  EXPECT_EQ(some.bytes(), expected);
}

TEST(LabelEdit, SeparatesTheValuesOf21BySemicolons) {
  EXPECT_EQ(edited(card_of("CATEGORIES:A;B|", "2.1"), {.removed = {"A"}, .added = {"C"}}),
            "CATEGORIES:B;C|");
  EXPECT_EQ(edited(card_of("", "2.1"), {.added = {"A", "B"}}), "CATEGORIES:A;B|");
  EXPECT_EQ(edited(card_of("CATEGORIES;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:K=C3=A4se|", "2.1"),
                   {.added = {"Öl"}}),
            "CATEGORIES;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:K=C3=A4se;=C3=96l|");
}

TEST(Labels, AreTheValuesOfAllCategories) {
  EXPECT_THAT(labels_of(card_of("CATEGORIES: Choir ,choir,,Straße|CATEGORIES:strasse,B\\, C|")),
              ElementsAre("Choir", "Straße", "B, C"));
  EXPECT_THAT(labels_of(card_of("CATEGORIES:starred,* myContacts|")), IsEmpty());
  EXPECT_THAT(labels_of(card_of("CATEGORIES:" + std::string(250, 'a') + "|")),
              ElementsAre(std::string(200, 'a')));
  EXPECT_THAT(labels_of(ContactFields{}), IsEmpty());
}

TEST(Labels, HaveAKey) {
  EXPECT_EQ(label_key("Käse"), label_key("kase"));
  EXPECT_EQ(label_key("''"), "''") << "which folds to nothing";
  EXPECT_EQ(Color::parse("#33aaCC")->text, "#33AACC");
  for (const char* other : {"", "#", "#33aaC", "#33aaCCC", "33aaCC", "#33aaCG", "red"}) {
    EXPECT_FALSE(Color::parse(other)) << other;
  }
}

TEST(Labels, AreBounded) {
  std::string line = "CATEGORIES:";
  for (int i = 0; i < 5000; ++i) line += "L" + std::to_string(i) + ',';
  EXPECT_EQ(labels_of(card_of(line + '|')).size(), labels_derived_max);
}

}  // namespace
}  // namespace kith::contacts
