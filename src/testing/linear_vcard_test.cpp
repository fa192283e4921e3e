#include <cstddef>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "testing/linear.hpp"
#include "vcard/cards.hpp"
#include "vcard/document.hpp"
#include "vcard/editor.hpp"
#include "vcard/groups.hpp"
#include "vcard/jcard.hpp"
#include "vcard/jscontact/apply.hpp"
#include "vcard/writer.hpp"

/// Tests that vCards are read and written in linear time.
namespace kith::test {
namespace {

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;

const std::string head = "BEGIN:VCARD\r\nVERSION:3.0\r\n";

/// Reads a card, and all that can be asked of its lines.
void run_read(const std::string& bytes) {
  const auto document = vcard::read(bytes);
  for (std::size_t i = 0; document && i < document->size(); ++i) {
    const vcard::Line line = document->line(i);
    [[maybe_unused]] const std::string value = line.value();
    [[maybe_unused]] const auto meaning = vcard::meaning_of(line.params());
  }
}

void run_cards(const std::string& bytes) {
  vcard::Cards cards(bytes);
  while (cards.next()) {
  }
}

void run_labels(const std::string& bytes) {
  const auto document = vcard::read(bytes);
  const vcard::Groups groups(*document);
  for (std::size_t i = 0; i < document->size(); ++i) {
    [[maybe_unused]] const auto label = groups.label_of(document->line(i));
  }
}

/// Writes another address in each e-mail, and adds a keyword, a phone and a label for each of them.
void run_apply(const std::string& bytes) {
  const auto document = vcard::read(bytes);
  boost::json::object card = vcard::jscontact::view_of(*document).card;
  boost::json::object keywords, phones;
  for (auto& entry : card["emails"].as_object()) {
    entry.value().as_object()["address"] = "new";
    entry.value().as_object()["label"] = "new";
    keywords[entry.key()] = true;
    phones["n" + std::string(entry.key())] = {{"number", "1"}, {"label", "l"}};
  }
  card["keywords"] = std::move(keywords);
  card["phones"] = std::move(phones);
  [[maybe_unused]] const auto edited = vcard::jscontact::apply(*document, card);
}

/// Removes every member, all of `vCardProps` with them.
void run_apply_nothing(const std::string& bytes) {
  const auto document = vcard::read(bytes);
  [[maybe_unused]] const auto edited = vcard::jscontact::apply(*document, {});
}

void run_jcard(const std::string& bytes) {
  [[maybe_unused]] const auto card = vcard::jcard_of(*vcard::read(bytes));
}

/// Replaces every second property and removes the others.
void run_edit(const std::string& bytes) {
  const auto document = vcard::read(bytes);
  vcard::Editor editor(*document);
  for (std::size_t i = 0; i < document->size(); ++i) {
    if (document->line(i).kind != vcard::LineKind::property) continue;
    i % 2 == 0 ? editor.replace(i, {.value = "new"}) : editor.remove(i);
  }
  editor.add({.name = "TEL", .value = "1"});
  [[maybe_unused]] const std::string edited = editor.finish({});
}

template <vcard::FoldStyle style>
void run_fold(const std::string& text) {
  std::string out;
  vcard::append_line(out, "NOTE", text, {.style = style});
}

/// `count` lines BEGIN.
std::string begins(std::size_t count) { return repeated("BEGIN:VCARD\r\n", 13 * count); }

const Parser read_parsers[] = {
    {"vcard: long line", 4 * mib, filled(head + "NOTE:", "n"), run_read},
    {"vcard: lines", 60 * kib, filled(head, "A:1\r\n"), run_read},
    {"vcard: folds", mib, filled(head + "NOTE:", "\r\n "), run_read},
    {"vcard: folds of a head", 256 * kib, filled(head + "X-A", "\r\n ", ":1"), run_read},
    {"vcard: folded heads", 128 * kib, filled(head, "TEL;X\r\n =1:\r\n 1\r\n"), run_read},
    {"vcard: blank lines", 24 * kib, filled(head + "NOTE:a\r\n", "\n"), run_read},
    {"vcard: blank lines within a text", 256 * kib, filled(head + "NOTE:a\r\n", "\n", "b"),
     run_read},
    {"vcard: 64 nested components", 60 * kib, filled(head + begins(64), "A:1\r\n"), run_read},
    {"vcard: semicolons", 256 * kib, filled(head + "N:", ";"), run_read},
    {"vcard: semicolons of a head", 256 * kib, filled(head + "TEL", ";", ":1"), run_read},
    {"vcard: quotes of heads", 256 * kib, filled(head, "TEL;A=\"=\"=\"=\"=\"=\"=\"=\":1\r\n"),
     run_read},
    {"vcard: open quotes", 128 * kib, filled(head, "TEL;A=\",\",\"b:1\r\n"), run_read},
    {"vcard: soft breaks", 256 * kib, filled(head + "NOTE;QUOTED-PRINTABLE:", "a=\r\n"), run_read},
    {"vcard: base64 without blanks", 256 * kib, filled(head + "PHOTO;BASE64:\r\n", "AAAA\r\n"),
     run_read},
    {"vcard: text without colons", 256 * kib, filled(head + "NOTE:a\r\n", "b\r\n"), run_read},
    {"vcard: text behind a folded head", 256 * kib,
     filled(head + "NOTE;X=" + std::string(4000, 'x') + "\r\n x:a\r\n", "b\r\n"), run_read},
    {"vcard: junk", 60 * kib, filled(head, "# b\r\n"), run_read}};

const Parser file_parsers[] = {
    {"vcard: cards", 256 * kib, filled("", "BEGIN:VCARD\nFN:A\nEND:VCARD\n"), run_cards},
    {"vcard: cards without END", 256 * kib, filled("", "BEGIN:VCARD\r\n"), run_cards},
    {"vcard: refused cards", 256 * kib, filled("", std::string("BEGIN:VCARD\nA:\0\n", 16)),
     run_cards},
    {"vcard: text between cards", 256 * kib, filled("", "a\rb\nc\n"), run_cards},
    {"vcard: labels", 60 * kib, filled(head, "a.TEL:1\r\n"), run_labels}};

const Parser write_parsers[] = {
    {"vcard: edits", 60 * kib, filled(head, "a.TEL:1\r\n"), run_edit},
    {"vcard: edits beside junk", 60 * kib, filled(head, "NOTE:1\r\n\r\nb\r\n"), run_edit},
    {"vcard: folding", mib, filled("", "n:"), run_fold<vcard::FoldStyle::anywhere>},
    {"vcard: folding no text", 256 * kib, filled("", "\x80"), run_fold<vcard::FoldStyle::anywhere>},
    {"vcard: folding colons", 256 * kib, filled("", ":"), run_fold<vcard::FoldStyle::anywhere>},
    {"vcard: folding at blanks", 256 * kib, filled("", "n "),
     run_fold<vcard::FoldStyle::at_blanks>},
    {"vcard: folding without blanks", 256 * kib, filled(" ", "n"),
     run_fold<vcard::FoldStyle::at_blanks>},
    {"vcard: soft breaks", 256 * kib, filled("", "=3D "), run_fold<vcard::FoldStyle::soft_breaks>}};

const Parser jscontact_parsers[] = {
    {"jscontact: edited entries", 4 * kib, filled(head, "EMAIL:a\r\n"), run_apply},
    {"jscontact: edited entries of a group", 4 * kib, filled(head, "a.EMAIL:a\r\n"), run_apply},
    {"jscontact: edited entries beside junk", 4 * kib, filled(head, "EMAIL:a\r\n\r\nb\r\n"),
     run_apply},
    {"jscontact: removed properties", 8 * kib, filled(head, "X-A:1\r\n"), run_apply_nothing},
    {"jscontact: removed JSPROP", 8 * kib, filled(head, "JSPROP;JSPTR=a/b:1\r\n"),
     run_apply_nothing},
    {"jscontact: removed nicknames", 8 * kib, filled(head + "NICKNAME:", "a,"), run_apply_nothing},
    {"jscontact: removed relations", 8 * kib, filled(head, "RELATED;VALUE=text:a\r\n"),
     run_apply_nothing},
    {"jcard: properties", 16 * kib, filled(head, "a.TEL;TYPE=home:1\r\n"), run_jcard}};

TEST(Linear, EditingJsContact) {
  for (const Parser& parser : jscontact_parsers) expect_linear(parser);
}

TEST(Linear, ReadingVcards) {
  for (const Parser& parser : read_parsers) expect_linear(parser);
}

TEST(Linear, ReadingFilesOfVcards) {
  for (const Parser& parser : file_parsers) expect_linear(parser);
}

TEST(Linear, WritingVcards) {
  for (const Parser& parser : write_parsers) expect_linear(parser);
}

}  // namespace
}  // namespace kith::test
