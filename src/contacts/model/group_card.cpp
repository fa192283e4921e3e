#include "contacts/model/group_card.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "contacts/model/card_lines.hpp"
#include "contacts/model/edit.hpp"
#include "contacts/model/label.hpp"
#include "contacts/model/simple_lines.hpp"
#include "contacts/model/uid.hpp"
#include "vcard/editor.hpp"
#include "vcard/line_text.hpp"
#include "vcard/values/value.hpp"
#include "vcard/writer.hpp"

namespace kith::contacts {

namespace {

using vcard::Line;

constexpr std::string_view apple_kind = "X-ADDRESSBOOKSERVER-KIND";
constexpr std::string_view apple_member = "X-ADDRESSBOOKSERVER-MEMBER";

/// Returns the value of a member: a URI where the UID is none.
std::string member_uri(std::string_view uid) {
  return ascii_lower(uid.substr(0, 4)) == "urn:" ? std::string(uid)
                                                 : "urn:uuid:" + std::string(uid);
}

/// Returns the lines of a card's members with their keys.
std::vector<std::pair<std::size_t, std::string>> members_in(const CardLines& lines) {
  std::vector<std::pair<std::size_t, std::string>> members;
  for (const std::size_t index : lines.of(LineRole::member)) {
    std::string key = uid_key(trimmed(vcard::text_of(lines.line(index))));
    if (!key.empty()) members.emplace_back(index, std::move(key));
  }
  return members;
}

/// Returns the property that the members of a card are written as.
std::string member_property(const CardLines& lines) {
  const auto members = lines.of(LineRole::member);
  if (!members.empty()) return std::string(lines.line(members.front()).name);
  for (const std::size_t index : lines.of(LineRole::kind)) {
    if (lines.line(index).is(apple_kind)) return std::string(apple_member);
  }
  return "MEMBER";
}

std::string name_in(const CardLines& lines) {
  for (const Line& line : by_preference(lines, LineRole::full_name)) {
    std::string name = label_name(vcard::text_of(line));
    if (!name.empty()) return name;
  }
  const SimpleLines simple = read_simple(lines, {});
  if (simple.name_source == NameSource::none) return {};
  return label_name(display_name(simple.fields));
}

}  // namespace

bool is_group(const Card& card) {
  if (!card.is_explicit()) return false;
  const auto says_group = [](const Line& line) {
    return ascii_lower(trimmed(vcard::text_of(line))) == "group";
  };
  const vcard::Document& document = card.document();
  return std::ranges::any_of(document.find_all("KIND"), says_group) ||
         std::ranges::any_of(document.find_all(apple_kind), says_group);
}

GroupCard read_group(const Card& card) {
  const CardLines lines(card.document());
  GroupCard group{.name = name_in(lines), .uid = {}, .members = {}};
  for (const std::size_t index : lines.of(LineRole::uid)) {
    group.uid = trimmed(vcard::text_of(lines.line(index)));
    if (!group.uid.empty()) break;
  }
  std::set<std::string> keys;
  for (auto& [index, key] : members_in(lines)) {
    if (keys.size() < group_members_max) keys.insert(std::move(key));
  }
  group.members.assign(keys.begin(), keys.end());
  return group;
}

Result<Card> edit_members(const Card& card, std::span<const std::string> added,
                          std::span<const std::string> removed, Time now) {
  const CardLines lines(card.document());
  vcard::Editor editor(card.document());
  std::set<std::string> gone;
  for (const std::string& uid : removed) gone.insert(uid_key(uid));
  std::set<std::string> there;
  for (auto& [index, key] : members_in(lines)) {
    if (gone.contains(key)) {
      editor.remove(index);
    } else {
      there.insert(std::move(key));
    }
  }
  const std::string property = member_property(lines);
  for (const std::string& uid : added) {
    if (!there.insert(uid_key(uid)).second) continue;
    editor.add(new_line({.name = property}, member_uri(uid), card.document().version()));
  }
  if (!editor.is_edited()) return card;
  return Card::parse(editor.finish(now), card.favorite());
}

Result<Card> rename_group(const Card& card, std::string_view name, Time now) {
  const ContactFields shown = simple_form(card, now);
  ContactFields wanted = shown;
  const bool is_in_family = shown.last_name && !shown.first_name;
  wanted.first_name = is_in_family ? std::nullopt : std::optional(std::string(name));
  wanted.last_name = is_in_family ? std::optional(std::string(name)) : std::nullopt;
  auto edited = edit(card, wanted, {.now = now});
  if (!edited || read_group(*edited).name == name) return edited;
  // FN is not made of N.
  const CardLines lines(edited->document());
  vcard::Editor editor(edited->document());
  const auto full_names = by_preference(lines, LineRole::full_name);
  if (full_names.empty()) {
    editor.add(new_line({.name = "FN"}, name, edited->document().version()));
  } else {
    editor.replace(full_names.front().index, with_text(full_names.front(), name));
  }
  return Card::parse(editor.finish(now), card.favorite());
}

std::string generate_group(const GeneratedGroup& group) {
  constexpr auto version = vcard::Version::v3_0;
  vcard::Writer writer(version);
  writer.add({.name = "PRODID", .value = std::string(card_product)});
  writer.add(new_line({.name = "UID"}, group.uid, version));
  writer.add(new_line({.name = "N"}, group.name, version));
  writer.add(new_line({.name = "FN"}, group.name, version));
  writer.add({.name = std::string(apple_kind), .value = "group"});
  for (const std::string& uid : group.members) {
    writer.add(new_line({.name = std::string(apple_member)}, member_uri(uid), version));
  }
  return std::move(writer).finish();
}

}  // namespace kith::contacts
