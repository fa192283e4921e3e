#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <set>

#include <gmock/gmock.h>

#include "base/assign.hpp"
#include "contacts/model/projection.hpp"
#include "contacts/model/shown_text.hpp"
#include "testing/contact_cards.hpp"
#include "vcard/document.hpp"

/// Properties of projections and edits that hold for any card: the cards of tests/data/cards and,
/// where there are any, those of the folder in KITH_VCARD_CORPUS.
namespace kith::contacts {

namespace {

namespace fs = std::filesystem;

using test::test_now;

struct NamedCard {
  std::string name;
  Card card;
};

void read_folder(std::vector<NamedCard>& out, const fs::path& folder) {
  std::set<fs::path> paths;
  if (fs::is_directory(folder)) {
    for (const auto& entry : fs::directory_iterator(folder)) paths.insert(entry.path());
  }
  for (const fs::path& path : paths) {
    if (path.extension() != ".vcf") continue;
    std::ifstream in(path, std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(in), {});
    auto card = Card::parse(std::move(bytes));
    if (card) out.push_back({path.filename(), *std::move(card)});  // else a file of many cards
  }
}

const std::vector<NamedCard>& corpus() {
  static const std::vector<NamedCard> cards = [] {
    std::vector<NamedCard> out;
    read_folder(out, KITH_SOURCE_DIR "/tests/data/cards");
    const char* folder = std::getenv("KITH_VCARD_CORPUS");
    read_folder(out, folder ? folder : KITH_SOURCE_DIR "/../shared/vcards");
    return out;
  }();
  return cards;
}

void put(Filler& filler, std::string_view name, const std::optional<std::string>& text) {
  if (text) filler.put(name, std::string_view(*text));
}

/// Returns the fields as a client sends them back.
ContactFields sent_back(const ContactFields& fields) {
  ContactFields out;
  Filler filler(&out, shape_of<ContactFields>());
  put(filler, "first_name", fields.first_name);
  put(filler, "last_name", fields.last_name);
  if (fields.email) put(filler, "email", fields.email->text);
  put(filler, "phone", fields.phone);
  if (fields.birthday) {
    std::string text;
    fields.birthday->append_to(text);
    put(filler, "birthday", text);
  }
  put(filler, "notes", fields.notes);
  const auto error = finish(std::move(filler), out, test_now);
  EXPECT_FALSE(error) << error->fields.front().field << ' ' << error->fields.front().message;
  out.favorite = fields.favorite;
  return out;
}

TEST(Corpus, PuttingBackWhatIsShownChangesNoByte) {
  ASSERT_GE(corpus().size(), 15U);
  for (const auto& [name, card] : corpus()) {
    const ContactFields shown = simple_form(card, test_now);
    const ContactFields wanted = sent_back(shown);
    EXPECT_EQ(wanted, shown) << name;
    const auto same = edit(card, wanted, {.now = test_now});
    ASSERT_TRUE(same) << name;
    EXPECT_EQ(same->bytes(), card.bytes()) << name;
  }
}

TEST(Corpus, ProjectionsAreNormalized) {
  for (const auto& [name, card] : corpus()) {
    const Projection projection = project(card, {.now = test_now});
    EXPECT_EQ(projection.fields, simple_form(card, test_now)) << name;
    for (const CardText& text : projection.texts) {
      EXPECT_TRUE(is_valid_utf8(text.text)) << name;
      EXPECT_FALSE(text.text.empty()) << name;
      EXPECT_FALSE(has_control_characters(text.text, text.kind == TextKind::note)) << name;
    }
  }
}

/// Makes random simple forms.
class Forms {
 public:
  explicit Forms(unsigned seed) : random_(seed) {}

  /// Returns the form with some of its fields changed.
  ContactFields changed(ContactFields fields) {
    if (one_of(3)) fields.first_name = line();
    if (one_of(3)) fields.last_name = line();
    if (one_of(6)) fields.first_name.reset();
    if (one_of(6)) fields.last_name.reset();
    if (one_of(3)) fields.email = test::email_of(pick(emails));
    if (one_of(6)) fields.email.reset();
    if (one_of(3)) fields.phone = std::string(pick(phones));
    if (one_of(6)) fields.phone.reset();
    if (one_of(3)) fields.birthday = test::birthday_of(pick(birthdays));
    if (one_of(6)) fields.birthday.reset();
    if (one_of(3)) fields.notes = notes();
    if (one_of(6)) fields.notes.reset();
    if (!fields.first_name && !fields.last_name) fields.last_name = line();
    return fields;
  }

 private:
  static constexpr std::array<std::string_view, 15> words = {
      "Anna", "Żółć",  "O'Neil", "van der", "a,b",  "c;d", "\\n", "e\\",
      "=20",  "\"q\"", "山田",   "😀",      "مريم", ":x",  "N:"};
  static constexpr std::array<std::string_view, 5> emails = {"a@x.example", "\"a b\"@x.example",
                                                             "ü@x.example", "\"a,b\"@x.example",
                                                             "\"a;b\"@[192.0.2.1]"};
  static constexpr std::array<std::string_view, 7> phones = {
      "+49 30 1", "030/12 34-5", "1,,2;3", "+1 (555) 0110 ext. 5", "0800 FLOWERS", "*#06#", "١٢٣"};
  static constexpr std::array<std::string_view, 4> birthdays = {"1990-05-17", "--02-29",
                                                                "1600-01-01", "--12-31"};

  bool one_of(unsigned count) { return random_() % count == 0; }
  template <class List>
  std::string_view pick(const List& list) {
    return list[random_() % list.size()];
  }
  std::string text(unsigned count, std::string_view separators) {
    std::string out;
    for (unsigned i = 0; i < count; ++i) {
      if (i > 0) out += separators[random_() % separators.size()];
      out += pick(words);
    }
    return out;
  }
  std::string line() { return shown_line(text(1 + random_() % (one_of(9) ? 30 : 3), " "), 200); }
  std::string notes() {
    return shown_lines(text(1 + random_() % (one_of(9) ? 2000 : 9), " \n"), 10'000);
  }

  std::mt19937 random_;
};

bool is_any(const vcard::Line& line, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(names, [&](auto name) { return line.is(name); });
}

/// Returns the properties that an edit must not touch, one after the other. (The editor says what
/// becomes of junk.)
std::string other_lines(const Card& card, const ContactFields& shown, const ContactFields& wanted) {
  const bool has_name =
      shown.first_name != wanted.first_name || shown.last_name != wanted.last_name;
  std::string out;
  for (std::size_t i = 0; i < card.document().size(); ++i) {
    const vcard::Line line = card.document().line(i);
    const bool may_change =
        line.depth == 0 &&
        ((has_name && is_any(line, {"N", "FN"})) ||
         (shown.email != wanted.email && line.is("EMAIL")) ||
         (shown.phone != wanted.phone && line.is("TEL")) ||
         (shown.birthday != wanted.birthday && line.is("BDAY")) ||
         (shown.notes != wanted.notes && line.is("NOTE")) || is_any(line, {"REV", "X-ABLABEL"}));
    const bool is_compared = line.kind == vcard::LineKind::property && !may_change;
    if (is_compared) out.append(trimmed(line.bytes)).append("\n");  // the last may have no end
  }
  return out;
}

std::string without_blanks(std::string text) {
  std::erase_if(text, [](char c) { return c == ' ' || c == '-'; });
  return text;
}

/// Checks that the fields that were set are shown. Removing the first e-mail address, phone or note
/// shows the next one; a made-up name follows what it is made of.
void expect_shown(const ContactFields& shown, const ContactFields& wanted, bool has_own_name,
                  const std::string& where) {
  if (has_own_name) {
    EXPECT_EQ(shown.first_name, wanted.first_name) << where;
    EXPECT_EQ(shown.last_name, wanted.last_name) << where;
  }
  if (wanted.email) EXPECT_EQ(shown.email, wanted.email) << where;
  if (wanted.phone) {
    EXPECT_EQ(without_blanks(shown.phone.value_or("")), without_blanks(*wanted.phone)) << where;
  }
  EXPECT_EQ(shown.birthday, wanted.birthday) << where;
  if (wanted.notes) EXPECT_EQ(shown.notes, wanted.notes) << where;
}

void expect_edit(const NamedCard& before, const ContactFields& wanted) {
  const std::string where = before.name + "\n" + before.card.bytes().substr(0, 2000);
  const ContactFields shown = simple_form(before.card, test_now);
  const auto after = edit(before.card, wanted, {.now = test_now});
  ASSERT_TRUE(after) << where << after.error().detail;
  EXPECT_EQ(other_lines(*after, shown, wanted), other_lines(before.card, shown, wanted)) << where;
  const ContactFields now_shown = simple_form(*after, test_now);
  const bool keeps_name =
      shown.first_name == wanted.first_name && shown.last_name == wanted.last_name;
  expect_shown(now_shown, wanted, !keeps_name, where + "\n->\n" + after->bytes().substr(0, 2000));
  const auto again = edit(*after, now_shown, {.now = test_now});
  ASSERT_TRUE(again) << where;
  EXPECT_EQ(again->bytes(), after->bytes()) << where;
}

TEST(Corpus, RandomEditsChangeOnlyTheirLines) {
  unsigned seed = 1;
  for (const NamedCard& each : corpus()) {
    Forms forms(++seed);
    NamedCard current = each;
    for (int i = 0; i < 40 && !::testing::Test::HasFailure(); ++i) {
      const ContactFields wanted = forms.changed(simple_form(current.card, test_now));
      expect_edit(current, wanted);
      const auto next = edit(i % 5 == 0 ? each.card : current.card, wanted, {.now = test_now});
      if (next) current.card = *next;
    }
  }
}

/// Returns the bytes with a few random pieces removed, repeated or replaced.
std::string damaged(std::string bytes, std::mt19937& random) {
  static constexpr std::array<std::string_view, 18> pieces = {
      ";", ",",  "\\",  "=",         "\r\n ",  "\xC3", ":",       "\n",        "\r",
      " ", "\"", "2.1", "TYPE=pref", ";PREF:", "4.0",  "\nBDAY:", "\nN:a;b\n", "\nitem1.EMAIL:"};
  for (int i = 0; i < 4; ++i) {
    const std::size_t at = random() % (bytes.size() + 1);
    const std::size_t size = random() % 3 == 0 ? random() % 40 : 0;
    const std::string_view piece = pieces[random() % pieces.size()];
    bytes.replace(at, std::min(size, bytes.size() - at), piece);
  }
  return bytes;
}

TEST(Corpus, HoldsForDamagedCards) {
  std::mt19937 random(3);
  Forms forms(4);
  for (const NamedCard& each : corpus()) {
    if (each.card.bytes().size() > 10'000) continue;
    for (int i = 0; i < 20 && !HasFailure(); ++i) {
      auto card = Card::parse(damaged(each.card.bytes(), random));
      // Without VERSION, an edit may remove the line that the version was guessed from.
      if (!card || !card->document().has_version()) continue;
      const ContactFields shown = simple_form(*card, test_now);
      EXPECT_EQ(sent_back(shown), shown) << card->bytes();
      (void)project(*card, {.now = test_now});
      expect_edit({each.name, *card}, forms.changed(shown));
    }
  }
}

TEST(Corpus, GeneratedCardsShowTheSameForm) {
  Forms forms(7);
  ContactFields fields;
  fields.first_name = "Ann";
  for (int i = 0; i < 500 && !HasFailure(); ++i) {
    fields = forms.changed(fields);
    EXPECT_EQ(simple_form(test::parsed(generate(fields, "uid")), test_now), fields);
  }
}

}  // namespace

}  // namespace kith::contacts
