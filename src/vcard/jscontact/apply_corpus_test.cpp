#include <algorithm>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "testing/vcard_corpus.hpp"
#include "vcard/cards.hpp"
#include "vcard/jscontact/apply.hpp"
#include "vcard/jscontact/difference.hpp"
#include "vcard/jscontact/names.hpp"
#include "vcard/jscontact/pointer.hpp"

/// Properties of `apply` that hold for any card.
namespace kith::vcard::jscontact {
namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

struct NamedCard {
  std::string name;
  std::string bytes;
};

/// The cards that real programs wrote, where there are any, and those of the repository.
std::vector<NamedCard> all_cards() {
  std::vector<NamedCard> all;
  std::vector<std::filesystem::path> paths = test::vcard_corpus();
  for (const char* folder : {"../shared/cases", "tests/data/cards"}) {
    if (!std::filesystem::is_directory(folder)) continue;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ".vcf") paths.push_back(entry.path());
    }
  }
  std::ranges::sort(paths);
  for (const auto& path : paths) {
    const std::string file = test::bytes_of(path);
    Cards cards(file);
    while (const auto card = cards.next()) {
      if (card->document) all.push_back({path.filename(), card->document->bytes()});
    }
  }
  return all;
}

TEST(ApplyToCorpus, PuttingBackAViewChangesNoByte) {
  const auto cards = all_cards();
  if (cards.empty()) GTEST_SKIP() << "no folder of real cards";
  const ViewOptions with_uris{.media_uri = [](const Line& line, const Media&) {
    return "https://kith/" + std::to_string(line.index);
  }};
  for (const NamedCard& card : cards) {
    const auto document = read(card.bytes);
    for (const ViewOptions& options : {ViewOptions{}, with_uris}) {
      const object view = view_of(*document, options).card;
      const value sent = boost::json::parse(boost::json::serialize(view));
      const auto bytes = apply(*document, sent.as_object(), {.view = options});
      ASSERT_TRUE(bytes) << card.name << bytes.error().pointer << bytes.error().message;
      EXPECT_EQ(*bytes, card.bytes) << card.name;
    }
  }
}

/// Returns the values of a map, without their ids.
array without_ids(const object& map) {
  std::vector<std::string> texts;
  for (const auto& pair : map) texts.push_back(boost::json::serialize(pair.value()));
  std::ranges::sort(texts);
  array values;
  for (const std::string& text : texts) values.push_back(boost::json::parse(text));
  return values;
}

/// Returns an object with its members in order, so that equal ones have equal texts.
value ordered(const value& from) {
  if (from.is_array()) {
    array out;
    for (const value& each : from.as_array()) out.push_back(ordered(each));
    return out;
  }
  if (!from.is_object()) return from;
  std::map<std::string, value> members;
  for (const auto& pair : from.as_object()) members[pair.key()] = ordered(pair.value());
  object out;
  for (auto& [key, member] : members) out[key] = std::move(member);
  return out;
}

/// Returns what a view has to show of a card that was wanted.
value essence(const object& card) {
  object out = ordered(card).as_object();
  for (const char* name : {"@type", "version", "prodId", "updated"}) out.erase(name);
  for (auto& pair : out) {
    const std::string member(pair.key());
    const bool has_ids = is_map(member) && member != "relatedTo" && member != "localizations" &&
                         member != "keywords" && member != "members";
    if (has_ids && pair.value().is_object()) pair.value() = without_ids(pair.value().as_object());
  }
  if (value* props = out.if_contains(props_member)) {
    object map;
    std::size_t index = 0;
    for (const value& prop : props->as_array()) {
      if (prop.at(0) != "rev") map[std::to_string(index++)] = prop;
    }
    if (map.empty()) {
      out.erase(props_member);
    } else {
      *props = without_ids(map);
    }
  }
  std::vector<std::string> empty;
  for (const auto& pair : out) {
    const bool is_empty = (pair.value().is_object() && pair.value().as_object().empty()) ||
                          (pair.value().is_array() && pair.value().as_array().empty());
    if (is_empty) empty.emplace_back(pair.key());
  }
  for (const std::string& name : empty) out.erase(name);
  return ordered(out);
}

/// Makes random edits of JSContact cards.
class Edits {
 public:
  explicit Edits(unsigned seed) : random_(seed) {}

  /// Edits one entry or member; returns its pointer, or nothing if there was nothing to edit.
  std::string edit(object& card) {
    switch (random_() % 9) {
      case 0:
      case 1: return edit_text(card);
      case 2: return remove_entry(card);
      case 3: return add_entry(card);
      case 4: return edit_shared(card);
      case 5: return edit_name(card);
      case 6: return edit_keywords(card);
      case 7: return edit_props(card);
      default: return edit_place(card);
    }
  }

 private:
  struct Text {
    const char* member;
    const char* key;
  };
  static constexpr Text texts[] = {{"emails", "address"},
                                   {"phones", "number"},
                                   {"notes", "note"},
                                   {"titles", "name"},
                                   {"links", "uri"},
                                   {"nicknames", "name"},
                                   {"organizations", "name"},
                                   {"onlineServices", "user"},
                                   {"onlineServices", "uri"},
                                   {"personalInfo", "value"},
                                   {"preferredLanguages", "language"},
                                   {"addresses", "full"}};
  static constexpr const char* words[] = {"x",     "a,b", "c;d",   "e\\f", "ü ö",  "山田",
                                          "g\\nh", "=20", "\"q\"", ":z",   "i\nj", "END:VCARD"};
  static constexpr const char* maps[] = {
      "emails",    "phones",         "notes",         "titles",    "links",
      "nicknames", "onlineServices", "organizations", "addresses", "relatedTo",
      "keywords",  "members",        "anniversaries", "media",     "personalInfo"};

  template <class List>
  const auto& pick(const List& list) {
    return list[random_() % std::size(list)];
  }

  std::string words_of(bool is_plain) {
    std::string text;
    for (auto i = 1 + random_() % 3; i > 0; --i) {
      text.append(text.empty() ? "" : " ").append(is_plain ? "word" : pick(words));
    }
    return text + std::to_string(random_() % 100);
  }

  /// Returns a random key of a map; empty if it has none.
  std::string key_in(const object& card, std::string_view member) {
    const value* map = card.if_contains(member);
    if (map == nullptr || !map->is_object() || map->as_object().empty()) return {};
    auto entry = map->as_object().begin();
    std::advance(entry, static_cast<std::ptrdiff_t>(random_() % map->as_object().size()));
    return std::string(entry->key());
  }

  std::string edit_text(object& card) {
    const Text& text = pick(texts);
    const std::string id = key_in(card, text.member);
    if (id.empty()) return {};
    object& entry = card[text.member].at(id).as_object();
    if (!entry.contains(text.key)) return {};
    entry[text.key] = text_for(text);
    return pointer_to(text.member, id);
  }

  std::string text_for(const Text& text) {
    if (std::string_view(text.key) == "uri") return "https://x/" + std::to_string(random_() % 100);
    return words_of(std::string_view(text.key) == "full");
  }

  std::string remove_entry(object& card) {
    const char* member = pick(maps);
    const std::string id = key_in(card, member);
    if (id.empty()) return {};
    card[member].as_object().erase(id);
    return pointer_to(member, id);
  }

  std::string add_entry(object& card) {
    const Text& text = pick(texts);
    const std::string id = "n" + std::to_string(random_() % 1000);
    value& map = card[text.member];
    if (!map.is_object()) map.emplace_object();
    if (map.as_object().contains(id)) return {};
    object entry{{text.key, text_for(text)}};
    const std::string_view member = text.member;
    if (member == "titles") entry["kind"] = random_() % 2 == 0 ? "title" : "role";
    if (member == "personalInfo") entry["kind"] = "hobby";
    if (member == "links") entry["contexts"] = object{{"work", true}};
    if (random_() % 3 == 0) entry["label"] = "Label, x";
    if (random_() % 3 == 0) entry["xm"] = object{{"deep", 1}};
    map.as_object()[id] = std::move(entry);
    return pointer_to(member, id);
  }

  std::string edit_shared(object& card) {
    const char* member = pick(maps);
    const std::string id = key_in(card, member);
    if (id.empty() || !card[member].at(id).is_object()) return {};
    object& entry = card[member].at(id).as_object();
    switch (random_() % 6) {
      case 0: entry["label"] = words_of(true); break;
      case 1: entry.erase("label"); break;
      case 2: entry["pref"] = 1; break;
      case 3: entry.erase("pref"); break;
      case 4: entry["contexts"] = object{{"work", true}}; break;
      default: entry["xm"] = random_() % 10;
    }
    return pointer_to(member, id);
  }

  std::string edit_name(object& card) {
    value& name = card["name"];
    if (!name.is_object()) name.emplace_object();
    const value* components = name.as_object().if_contains("components");
    if (components == nullptr || components->as_array().empty() || random_() % 2 == 0) {
      name.as_object()["full"] = words_of(false);
    } else {
      array& parts = name.as_object()["components"].as_array();
      parts[random_() % parts.size()].as_object()["value"] = words_of(false);
    }
    return "name";
  }

  std::string edit_keywords(object& card) {
    value& all = card["keywords"];
    if (!all.is_object()) all.emplace_object();
    all.as_object()[words_of(false)] = true;
    return "keywords";
  }

  std::string edit_props(object& card) {
    value& all = card[props_member];
    if (!all.is_array()) all.emplace_array();
    array& props = all.as_array();
    const std::size_t at = props.empty() ? 0 : random_() % props.size();
    const bool is_new = props.empty() || random_() % 3 == 0;
    if (is_new) {
      props.push_back(array{"x-new", object{{"z", "1"}}, "unknown", "v" + words_of(true)});
      return "vCardProps/new";
    }
    if (!is_editable(props[at])) return {};
    if (random_() % 2 == 0) {
      props.erase(props.begin() + static_cast<std::ptrdiff_t>(at));
    } else if (props[at].at(3).is_string()) {
      props[at].as_array()[3] = words_of(true);
    }
    return "vCardProps";
  }

  /// Returns whether nothing else depends on a property.
  static bool is_editable(const value& prop) {
    const std::string name(prop.at(0).as_string());
    const object& params = prop.at(1).as_object();
    const bool is_special =
        name == "rev" || name == "prodid" || name == "x-ablabel" || name == "fn" ||
        name == "label" || name == "n" || name == "jsprop" || name == "agent" ||
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos;
    return !is_special && !params.contains("group") && !params.contains("encoding");
  }

  std::string edit_place(object& card) {
    const std::string id = key_in(card, "addresses");
    if (id.empty()) return {};
    object& entry = card["addresses"].at(id).as_object();
    const value* components = entry.if_contains("components");
    if (components == nullptr) return {};
    array& parts = entry["components"].as_array();
    if (parts.empty()) return {};
    parts[random_() % parts.size()].as_object()["value"] = words_of(true);
    return pointer_to("addresses", id);
  }

  std::mt19937 random_;
};

/// Returns the lines that an edit at a pointer must leave alone, and the lines of the others.
std::vector<std::string> other_lines(const Document& document, const View& view,
                                     std::string_view pointer) {
  const auto is_within = [&](std::string_view other) {
    if (pointer.starts_with("vCardProps")) return other.starts_with("vCardProps");
    if (pointer.starts_with("keywords")) return other.starts_with("keywords");
    return other == pointer || other.starts_with(std::string(pointer) + "/");
  };
  std::set<std::size_t> touched;
  for (const Binding& binding : view.bindings) {
    if (is_within(binding.pointer)) touched.insert(binding.line);
  }
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const Line line = document.line(i);
    if (line.kind != LineKind::property || touched.contains(i)) continue;
    if (line.is("REV") || line.is("X-ABLABEL") || line.is("X-ABADR")) continue;
    lines.emplace_back(trimmed(line.bytes));
  }
  return lines;
}

bool is_contained(const std::vector<std::string>& part, const std::vector<std::string>& whole) {
  std::size_t at = 0;
  for (const std::string& line : whole) {
    if (at < part.size() && part[at] == line) ++at;
  }
  return at == part.size();
}

/// Returns the lines of a card, for comparison.
std::vector<std::string> all_lines(const Document& document) {
  return other_lines(document, {}, "none");
}

/// Whether an entry has unknown members, whose ids may then be written into other lines.
bool has_kept(const Document& document) { return document.find("JSPROP").has_value(); }

TEST(ApplyToCorpus, ShowsRandomEditsAndLeavesOtherLinesAlone) {
  const auto cards = all_cards();
  unsigned seed = 1;
  int edits = 0;
  for (const NamedCard& card : cards) {
    if (card.bytes.size() > 12'000) continue;
    Edits random(++seed);
    std::string bytes = card.bytes;
    for (int i = 0; i < 25 && !testing::Test::HasFailure(); ++i) {
      const auto document = read(bytes);
      if (!document->has_version()) break;
      const View view = view_of(*document);
      object wanted = view.card;
      const std::string pointer = random.edit(wanted);
      if (pointer.empty()) continue;
      const auto after = apply(*document, wanted);
      ASSERT_TRUE(after) << card.name << " " << after.error().pointer << after.error().message
                         << bytes;
      const auto changed = read(*after);
      ASSERT_TRUE(changed) << *after;
      const std::string where =
          card.name + " " + pointer + "\n" + bytes + "\n--- changed:\n" + *after;
      ASSERT_EQ(boost::json::serialize(essence(view_of(*changed).card)),
                boost::json::serialize(essence(wanted)))
          << where;
      if (!has_kept(*document)) {
        ASSERT_TRUE(is_contained(other_lines(*document, view, pointer), all_lines(*changed)))
            << where;
      }
      const auto again = apply(*changed, view_of(*changed).card);
      ASSERT_EQ(*again, *after) << where;
      const auto twice = apply(*changed, wanted);
      ASSERT_TRUE(twice) << where;
      ASSERT_EQ(essence(view_of(*read(*twice)).card), essence(wanted)) << where << *twice;
      bytes = i % 10 == 0 ? card.bytes : *after;
      ++edits;
    }
  }
  if (!cards.empty()) EXPECT_GT(edits, 300);
}

}  // namespace
}  // namespace kith::vcard::jscontact
