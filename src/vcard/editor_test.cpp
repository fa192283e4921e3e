#include "vcard/editor.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "testing/cards.hpp"

namespace kith::vcard {
namespace {

using test::card;
using test::lines;

const Time now = *Time::parse("2026-11-30T21:07:52Z");

Document parsed(std::string bytes) {
  auto document = read(std::move(bytes));
  EXPECT_TRUE(document);
  return document ? *std::move(document) : Document();
}

/// An edit of a card and the bytes that it gives.
struct Case {
  std::string name;
  std::string before;
  std::function<void(Editor&, const Document&)> edit;
  std::string after;
};

class EditOf : public testing::TestWithParam<Case> {};

TEST_P(EditOf, TouchesOnlyItsLines) {
  const Document document = parsed(GetParam().before);
  Editor editor(document);
  GetParam().edit(editor, document);
  const std::string after = editor.finish(now);
  EXPECT_EQ(after, GetParam().after);
  EXPECT_EQ(editor.is_edited(), GetParam().before != GetParam().after);
  EXPECT_TRUE(read(after));
}

/// The edit that sets the first property of a name whose value is `old_value`.
auto set(std::string_view old_value, std::string value) {
  return [old_value, value = std::move(value)](Editor& editor, const Document& document) {
    for (std::size_t i = 0; i < document.size(); ++i) {
      if (document.line(i).value() == old_value) return editor.replace(i, {.value = value});
    }
  };
}

auto remove(std::string_view value) {
  return [=](Editor& editor, const Document& document) {
    for (std::size_t i = 0; i < document.size(); ++i) {
      if (document.line(i).value() == value) editor.remove(i);
    }
  };
}

/// The edit that moves the first property with a value into another group.
auto regroup(std::string_view value, std::string group) {
  return [=](Editor& editor, const Document& document) {
    for (std::size_t i = 0; i < document.size(); ++i) {
      const Line line = document.line(i);
      if (line.value() != value) continue;
      return editor.replace(i, {.value = line.value(), .group = group});
    }
  };
}

auto add(std::vector<NewLine> all) {
  return [all = std::move(all)](Editor& editor, const Document&) {
    for (const NewLine& line : all) editor.add(line);
  };
}

std::string name_of(const testing::TestParamInfo<Case>& info) { return info.param.name; }

const std::string three_emails =
    card({"item1.EMAIL;type=INTERNET:a@x", "item1.X-ABLabel:Old",
          "EMAIL;type=INTERNET;type=pref:b@x", "item2.EMAIL:c@x", "ITEM2.X-ABLABEL:_$!<Other>!$_"});

INSTANTIATE_TEST_SUITE_P(
    Values, EditOf,
    testing::Values(
        Case{"ReplaceKeepsTheHead", three_emails, set("b@x", "n@x"),
             card({"item1.EMAIL;type=INTERNET:a@x", "item1.X-ABLabel:Old",
                   "EMAIL;type=INTERNET;type=pref:n@x", "item2.EMAIL:c@x",
                   "ITEM2.X-ABLABEL:_$!<Other>!$_"})},
        Case{"NothingChanges", three_emails, set("b@x", "b@x"), three_emails},
        Case{"NothingChangesInAFoldedLine", card({"NO", " TE;X= a ;;Y:a", " b", "REV:20200101"}),
             set("ab", "ab"), card({"NO", " TE;X= a ;;Y:a", " b", "REV:20200101"})},
        Case{"HeadKeepsItsSpelling", card({"tEl ;tYpe= HOME ;; X=\"a;b\";CELL:1"}), set("1", "2"),
             card({"tEl;tYpe= HOME ;; X=\"a;b\";CELL:2"})},
        Case{"LineEndAndFoldsOfTheCard",
             lines({"BEGIN:VCARD", "FN:A", "NOTE:" + std::string(45, 'n'), "\tn", "END:VCARD"},
                   "\n"),
             set("A", std::string(60, 'a')),
             lines({"BEGIN:VCARD", "FN:" + std::string(47, 'a'), "\t" + std::string(13, 'a'),
                    "NOTE:" + std::string(45, 'n'), "\tn", "END:VCARD"},
                   "\n")},
        Case{"DoubledCr", lines({"BEGIN:VCARD", "FN:A", "END:VCARD"}, "\r\r\n"), set("A", "B"),
             lines({"BEGIN:VCARD", "FN:B", "END:VCARD"}, "\r\r\n")},
        Case{"LineWithoutEnd", "BEGIN:VCARD\nFN:A", set("A", "B"), "BEGIN:VCARD\nFN:B"},
        Case{"TextThatWasNotFolded", card({"NOTE:A", "second", "TEL:1"}), set("A\nsecond", "B"),
             card({"NOTE:B", "TEL:1"})},
        Case{"SoftBreaks", card({"NOTE;ENCODING=QUOTED-PRINTABLE:a=", "b", "TEL:1"}, "2.1"),
             set("ab", std::string(50, 'c')),
             card({"NOTE;ENCODING=QUOTED-PRINTABLE:" + std::string(44, 'c') + "=",
                   std::string(6, 'c'), "TEL:1"},
                  "2.1")},
        Case{"LegacyFoldsAtBlanks", card({"NOTE:a"}, "2.1"),
             set("a", std::string(60, 'a') + " " + std::string(60, 'b')),
             card({"NOTE:" + std::string(60, 'a'), " " + std::string(60, 'b')}, "2.1")}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Parameters, EditOf,
    testing::Values(Case{"DropAndAdd", card({"BDAY;VALUE=date;X=1:1985-04-12"}),
                         [](Editor& editor, const Document& document) {
                           editor.replace(
                               document.find("BDAY")->index,
                               {.value = "1604-06-20",
                                .drops = [](const Param& param) { return param.is("X"); },
                                .added_params = {{"X-APPLE-OMIT-YEAR", {"1604"}}}});
                         },
                         card({"BDAY;VALUE=date;X-APPLE-OMIT-YEAR=1604:1604-06-20"})},
                    Case{"DropABareOne", card({"EMAIL;PREF;INTERNET:a"}, "2.1"),
                         [](Editor& editor, const Document& document) {
                           editor.replace(document.find("EMAIL")->index,
                                          {.value = "a", .drops = [](const Param& param) {
                                             return param.is_bare && param.value == "PREF";
                                           }});
                         },
                         card({"EMAIL;INTERNET:a"}, "2.1")}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Removals, EditOf,
    testing::Values(
        Case{"One", three_emails, remove("b@x"),
             card({"item1.EMAIL;type=INTERNET:a@x", "item1.X-ABLabel:Old", "item2.EMAIL:c@x",
                   "ITEM2.X-ABLABEL:_$!<Other>!$_"})},
        Case{"LastOfAGroupTakesItsLabel", three_emails, remove("c@x"),
             card({"item1.EMAIL;type=INTERNET:a@x", "item1.X-ABLabel:Old",
                   "EMAIL;type=INTERNET;type=pref:b@x"})},
        Case{"LabelIsStillNeeded", card({"i.EMAIL:a", "i.X-ABLabel:L", "I.TEL:1"}), remove("a"),
             card({"i.X-ABLabel:L", "I.TEL:1"})},
        Case{"AddressTakesItsCountry", card({"i.ADR:a", "i.X-ABADR:us", "i.X-ABLabel:L", "FN:A"}),
             remove("a"), card({"FN:A"})},
        Case{"LabelAlone", card({"i.EMAIL:a", "i.X-ABLabel:L"}), remove("L"), card({"i.EMAIL:a"})},
        Case{"LabelOfANestedCardStays", card({"i.EMAIL:a", "BEGIN:X", "i.X-ABLabel:L", "END:X"}),
             remove("a"), card({"BEGIN:X", "i.X-ABLabel:L", "END:X"})},
        Case{"ReplacedInTheGroup", card({"i.EMAIL:a", "i.X-ABLabel:L"}),
             [](Editor& editor, const Document& document) {
               editor.remove(document.find("EMAIL")->index);
               editor.add({.name = "EMAIL", .value = "b", .group = "I"});
             },
             card({"I.EMAIL:b", "i.X-ABLabel:L"})},
        Case{"JunkThatWouldBeAdopted", card({"NOTE:a", "FN:b", "# text", "TEL:1"}), remove("b"),
             card({"NOTE:a", "TEL:1"})},
        Case{"JunkThatNothingAdopts", card({"TEL:1", "FN:b", "# text"}), remove("b"),
             card({"TEL:1", "# text"})},
        Case{"RestOfBase64", card({"TEL:1", "PHOTO;BASE64:AA", "", " BB", "FN:a"}, "2.1"),
             remove("AA"), card({"TEL:1", "", "FN:a"}, "2.1")},
        Case{"BlanksBeforeAProperty", card({"TEL:1", "PHOTO;BASE64:AA", "", " FN:a"}, "2.1"),
             remove("AA"), card({"TEL:1", "", "FN:a"}, "2.1")}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Additions, EditOf,
    testing::Values(
        Case{"BehindTheLastOfItsName", card({"TEL:1", "TEL:2", "FN:a"}),
             add({{.name = "tel", .value = "3"}, {.name = "TEL", .value = "4"}}),
             card({"TEL:1", "TEL:2", "tel:3", "TEL:4", "FN:a"})},
        Case{"BeforeEnd", card({"REV:x", "FN:a", ""}), add({{.name = "TEL", .value = "1"}}),
             card({"REV:2026-11-30T21:07:52Z", "FN:a", "", "TEL:1"})},
        Case{"BeforeALastRev", card({"FN:a", "REV:20200101", ""}),
             add({{.name = "TEL", .value = "1"}}), card({"FN:a", "TEL:1", "REV:20261130", ""})},
        Case{"SameNamesTogether", card({"FN:a"}),
             add({{.name = "TEL", .value = "1"},
                  {.name = "EMAIL", .value = "2"},
                  {.name = "TEL", .value = "3"}}),
             card({"FN:a", "TEL:1", "TEL:3", "EMAIL:2"})},
        Case{"WhereOneWasRemoved", card({"TEL:1", "FN:a"}),
             [](Editor& editor, const Document& document) {
               editor.remove(document.find("TEL")->index);
               editor.add({.name = "TEL", .value = "2"});
             },
             card({"TEL:2", "FN:a"})},
        Case{"NotAmongNestedOnes", card({"FN:a", "AGENT:", "BEGIN:VCARD", "TEL:1", "END:VCARD"}),
             add({{.name = "TEL", .value = "2"}}),
             card({"FN:a", "AGENT:", "BEGIN:VCARD", "TEL:1", "END:VCARD", "TEL:2"})},
        Case{"WithoutEnd", "BEGIN:VCARD\nFN:a", add({{.name = "TEL", .value = "1"}}),
             "BEGIN:VCARD\nFN:a\nTEL:1\n"},
        Case{"WithoutAnyProperty", "BEGIN:VCARD", add({{.name = "TEL", .value = "1"}}),
             "BEGIN:VCARD\r\nTEL:1\r\n"},
        Case{"BeforeAnOpenAgent", "BEGIN:VCARD\nFN:a\nAGENT:\nBEGIN:VCARD\nFN:b\n",
             add({{.name = "TEL", .value = "1"}}),
             "BEGIN:VCARD\nFN:a\nTEL:1\nAGENT:\nBEGIN:VCARD\nFN:b\n"},
        Case{"BeforeAnOpenSoftBreak", "BEGIN:VCARD\nNOTE;QUOTED-PRINTABLE:a=\n",
             add({{.name = "NOTE", .value = "b"}}),
             "BEGIN:VCARD\nNOTE:b\nNOTE;QUOTED-PRINTABLE:a=\n"},
        Case{"BehindTheBlankLineOfBase64", card({"PHOTO;BASE64:AA", "", "FN:a"}, "2.1"),
             add({{.name = "PHOTO", .value = "BB", .params = {{"ENCODING", {"BASE64"}}}}}),
             card({"PHOTO;BASE64:AA", "", "PHOTO;ENCODING=BASE64:BB", "", "FN:a"}, "2.1")},
        Case{"BehindJunk", card({"TEL:1", "text", "FN:a"}), add({{.name = "TEL", .value = "2"}}),
             card({"TEL:1", "text", "TEL:2", "FN:a"})},
        Case{"BehindALine", card({"i.ADR:a", "FN:b"}),
             [](Editor& editor, const Document& document) {
               editor.add_after(document.find("ADR")->index,
                                {.name = "X-ABLabel", .value = "L", .group = "i"});
             },
             card({"i.ADR:a", "i.X-ABLabel:L", "FN:b"})}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    NewGroups, EditOf,
    testing::Values(Case{"TakesTheLabelWithIt",
                         card({"a.TEL;TYPE=home:1", "A.X-ABLabel:L", "a.X-ABADR:de"}),
                         regroup("1", ""), card({"TEL;TYPE=home:1"})},
                    Case{"LeavesTheLabelToOthers", card({"a.TEL:1", "a.X-ABLabel:L", "a.EMAIL:e"}),
                         regroup("1", "b"), card({"b.TEL:1", "a.X-ABLabel:L", "a.EMAIL:e"})},
                    Case{"JoinsAGroupThatIsLeft", card({"a.TEL:1", "b.TEL:2", "b.X-ABLabel:L"}),
                         [](Editor& editor, const Document& document) {
                           regroup("1", "B")(editor, document);
                           regroup("2", "")(editor, document);
                         },
                         card({"B.TEL:1", "TEL:2", "b.X-ABLabel:L"})},
                    Case{"CompanionsFollowTheirLine", card({"TEL:1"}),
                         [](Editor& editor, const Document&) {
                           const std::vector<NewLine> label{
                               {.name = "X-ABLabel", .value = "L", .group = "a"}};
                           editor.add({.name = "TEL", .value = "2", .group = "a"}, label);
                           editor.add({.name = "TEL", .value = "3"});
                         },
                         card({"TEL:1", "a.TEL:2", "a.X-ABLabel:L", "TEL:3"})}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Versions, EditOf,
    testing::Values(Case{"Legacy", card({}, "2.1"),
                         add({{.name = "EMAIL", .value = "n", .params = {{"TYPE", {"INTERNET"}}}}}),
                         card({"EMAIL;INTERNET:n"}, "2.1")},
                    Case{"Three", card({}),
                         add({{.name = "EMAIL", .value = "n", .params = {{"TYPE", {"INTERNET"}}}}}),
                         card({"EMAIL;TYPE=INTERNET:n"})},
                    Case{"Four", card({}, "4.0"), add({{.name = "EMAIL", .value = "n"}}),
                         card({"EMAIL:n"}, "4.0")}),
    name_of);

TEST(Revision, KeepsItsForm) {
  const std::vector<std::pair<std::string_view, std::string_view>> forms{
      {"2019-03-02T10:11:12Z", "2026-11-30T21:07:52Z"},
      {"20190302T101112Z", "20261130T210752Z"},
      {"2019-03-02T10:11:12.123+01:00", "2026-11-30T21:07:52Z"},
      {"2019-03-02T101112Z", "2026-11-30T210752Z"},
      {"20190302T101112", "20261130T210752"},
      {"2019-03-02", "2026-11-30"},
      {"20190302", "20261130"},
      {" 20190302 ", "20261130"}};
  for (const auto& [old_value, value] : forms) {
    EXPECT_EQ(revision_like(old_value, now, Version::v3_0), value) << old_value;
  }
  for (const std::string_view text :
       {"", "yesterday", "2019", "20190302 10:11", "2008-424T195243Z"}) {
    EXPECT_EQ(revision_like(text, now, Version::v3_0), "2026-11-30T21:07:52Z") << text;
    EXPECT_EQ(revision_like(text, now, Version::v4_0), "20261130T210752Z") << text;
    EXPECT_EQ(revision_like(text, now, Version::v2_1), "20261130T210752Z") << text;
  }
}

TEST(Revision, IsSetInEachRevOfAnEditedCard) {
  const Document document =
      parsed(card({"REV:2019-03-02T10:11:12Z", "FN:a", "rev;X=1:20190302T101112Z", "BEGIN:X",
                   "REV:20190302", "END:X"}));
  Editor editor(document);
  editor.replace(document.find("FN")->index, {.value = "b"});
  EXPECT_EQ(editor.finish(now),
            card({"REV:2026-11-30T21:07:52Z", "FN:b", "rev;X=1:20261130T210752Z", "BEGIN:X",
                  "REV:20190302", "END:X"}));
}

TEST(Revision, IsLeftAloneWhereNothingChanges) {
  const Document document = parsed(card({"FN:a", "REV:20190302"}));
  Editor editor(document);
  editor.replace(document.find("FN")->index, {.value = "b"});
  editor.replace(document.find("FN")->index, {.value = "a"});
  EXPECT_FALSE(editor.is_edited());
  EXPECT_EQ(editor.finish(now), document.bytes());
}

}  // namespace
}  // namespace kith::vcard
