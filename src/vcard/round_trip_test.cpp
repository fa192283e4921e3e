#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "testing/cards.hpp"
#include "testing/vcard_corpus.hpp"
#include "vcard/cards.hpp"
#include "vcard/document.hpp"
#include "vcard/editor.hpp"
#include "vcard/physical_lines.hpp"

/// Properties of the engine that hold for every input.
namespace kith::vcard {
namespace {

const Time now = *Time::parse("2026-11-30T21:07:52Z");

/// Bytes without NUL, in which the bytes that have a meaning are frequent.
std::string random_bytes(std::mt19937& random, std::size_t size) {
  constexpr std::string_view frequent = "\r\n\r\n\n\r   \t:::;;,=\"\".^\\AB1=\xC3\xAB\xEF\xBB\xBF";
  std::string out;
  while (out.size() < size) {
    const bool is_any = random() % 4 == 0;
    out += is_any ? static_cast<char>(1 + random() % 255) : frequent[random() % frequent.size()];
  }
  return out;
}

/// A card of lines that are met, or nearly. Its line ends are mixed, but none is a CR alone beside
/// others, since what follows it can turn it into a CRLF.
std::string random_card(std::mt19937& random) {
  constexpr std::string_view pieces[] = {"TEL;TYPE=home:1",
                                         "item1.EMAIL:a@x",
                                         "ITEM1.X-ABLabel:L",
                                         "NOTE:some text",
                                         " folded",
                                         "\tfolded",
                                         "",
                                         "no colon",
                                         "FN;QUOTED-PRINTABLE:a=",
                                         "PHOTO;BASE64:AAAA",
                                         "BBBB",
                                         " CCCC",
                                         "BEGIN:VCARD",
                                         "END:VCARD",
                                         "AGENT:",
                                         "VERSION:2.1",
                                         "REV:20200101",
                                         "TEL;X=\"a:b\":2",
                                         "  ",
                                         "ADR:;;a",
                                         "N\xC3:x",
                                         "X-A;P=\"q:1",
                                         "END:X",
                                         "i.TEL;HOME;PREF:3"};
  constexpr std::string_view ends[] = {"\r\n", "\n", "\r\n", "\r\n", "\r\r\n"};
  const bool has_cr = random() % 8 == 0;
  std::string out = has_cr ? "BEGIN:VCARD\r" : "BEGIN:VCARD\r\n";
  const std::size_t count = random() % 30;
  for (std::size_t i = 0; i < count; ++i) {
    out.append(pieces[random() % std::size(pieces)])
        .append(has_cr ? "\r" : ends[random() % std::size(ends)]);
  }
  return random() % 8 == 0 ? out : out + "END:VCARD";
}

TEST(RoundTrip, KeepsRandomBytes) {
  std::mt19937 random(1);
  for (std::size_t size = 1; size <= std::size_t{64} * 1024; size += 1 + size / 16) {
    const std::string bytes = "BEGIN:VCARD\r\n" + random_bytes(random, size);
    const auto document = read(bytes);
    if (!document) continue;
    ASSERT_EQ(test::joined(*document), bytes);
    ASSERT_EQ(Editor(*document).finish(now), bytes);
  }
}

TEST(RoundTrip, KeepsRandomCards) {
  std::mt19937 random(2);
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    const std::string bytes = random_card(random);
    const auto document = read(bytes);
    if (!document) continue;
    ++accepted;
    ASSERT_EQ(test::joined(*document), bytes);
  }
  EXPECT_GT(accepted, 10'000);
}

/// A line that no edit names, as it must be found again.
struct Kept {
  std::string bytes;
  std::string words;

  bool operator==(const Kept&) const = default;
};

/// The lines of a card beside those of `index` and REV. Blank lines and junk may go or join.
std::vector<Kept> kept_lines(const Document& document, std::size_t index) {
  std::vector<Kept> out;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const Line line = document.line(i);
    const bool has_meaning = line.kind != LineKind::blank && line.kind != LineKind::junk;
    if (i != index && has_meaning && !line.is("REV"))
      out.push_back({std::string(line.bytes), test::in_words(line)});
  }
  return out;
}

/// The index of a random property of the card itself; nothing if it has none.
std::optional<std::size_t> random_property(std::mt19937& random, const Document& document) {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const Line line = document.line(i);
    const bool is_special = line.is("REV") || line.is("VERSION") || line.is("X-ABLABEL");
    if (line.kind == LineKind::property && line.depth == 0 && !is_special) all.push_back(i);
  }
  if (all.empty()) return std::nullopt;
  return all[random() % all.size()];
}

/// Whether the lines of `part` are among those of `whole`, in this order.
bool is_contained(const std::vector<Kept>& part, const std::vector<Kept>& whole) {
  std::size_t at = 0;
  for (const Kept& line : whole) {
    if (at < part.size() && part[at] == line) ++at;
  }
  return at == part.size();
}

TEST(SingleEdit, LeavesAllOtherLinesAlone) {
  std::mt19937 random(3);
  int edits = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto document = read(random_card(random));
    if (!document || !document->has_version() || document->find("X-ABLABEL")) continue;
    const auto index = random_property(random, *document);
    if (!index) continue;
    Editor editor(*document);
    // A line that has no line end gets one before another line is added behind it.
    const bool is_ended = !line_end_of(document->bytes()).empty() || document->end_line();
    const auto kind = random() % (is_ended ? 3 : 2);
    if (kind == 0) editor.replace(*index, {.value = "new"});
    if (kind == 1) editor.remove(*index);
    if (kind == 2) editor.add({.name = "TEL", .value = "new"});
    const auto changed = read(editor.finish(now));
    ASSERT_TRUE(changed) << document->bytes();
    const auto before = kept_lines(*document, kind == 2 ? document->size() : *index);
    const auto after = kept_lines(*changed, changed->size());
    ASSERT_TRUE(is_contained(before, after)) << kind << " " << *index << "\n"
                                             << document->bytes() << "\n--- changed:\n"
                                             << changed->bytes();
    const std::size_t gone = kind == 1 ? 0U : 1U;
    ASSERT_EQ(after.size(), before.size() + gone) << document->bytes();
    ++edits;
  }
  EXPECT_GT(edits, 2000);
}

TEST(RoundTrip, KeepsRealCards) {
  const auto paths = test::vcard_corpus();
  if (paths.empty()) GTEST_SKIP() << "no folder of real cards";
  int count = 0;
  for (const auto& path : paths) {
    const std::string bytes = test::bytes_of(path);
    Cards cards(bytes);
    std::string all;
    while (const auto card = cards.next()) {
      ASSERT_TRUE(card->document) << path << ": " << to_string(card->document.error().reason);
      EXPECT_EQ(test::joined(*card->document), card->bytes) << path;
      all += card->bytes;
      ++count;
    }
    EXPECT_EQ(cards.junk_lines(), path.stem() == "android-vcard__v21_nest" ? 2U : 0U) << path;
    if (const auto document = read(bytes)) EXPECT_EQ(document->bytes(), bytes);
  }
  EXPECT_GT(count, 40);
}

}  // namespace
}  // namespace kith::vcard
