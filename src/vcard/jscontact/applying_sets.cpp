#include <algorithm>
#include <utility>

#include "vcard/convert/property.hpp"
#include "vcard/jscontact/applying.hpp"
#include "vcard/jscontact/line_value.hpp"
#include "vcard/jscontact/viewing.hpp"
#include "vcard/line_text.hpp"
#include "vcard/values/lists.hpp"
#include "vcard/values/value.hpp"

namespace kith::vcard::jscontact {

namespace {

using boost::json::object;
using boost::json::value;

/// Returns the keys of a map of `card` that `other` does not have.
std::vector<std::string> keys_beyond(const object& card, const object& other,
                                     std::string_view member) {
  std::vector<std::string> keys;
  const value* map = card.if_contains(member);
  const value* others = other.if_contains(member);
  if (map == nullptr || !map->is_object()) return keys;
  for (const auto& pair : map->as_object()) {
    const bool is_in_both =
        others != nullptr && others->is_object() && others->as_object().contains(pair.key());
    if (!is_in_both) keys.push_back(clean(std::string(pair.key())));
  }
  return keys;
}

std::string joined(const std::vector<std::string>& pieces, char separator) {
  std::string out;
  for (const std::string& piece : pieces) {
    if (&piece != pieces.data()) out += separator;
    out += piece;
  }
  return out;
}

}  // namespace

/// Takes keywords out of the lines that have them, and adds new ones to the last line.
void Applying::edit_keywords() {
  const auto gone = keys_beyond(difference_.before, difference_.after, "keywords");
  const auto come = keys_beyond(difference_.after, difference_.before, "keywords");
  if (gone.empty() && come.empty()) return;
  const std::set<std::string> left_out(gone.begin(), gone.end());
  const Lines lines = lines_at("keywords");
  for (const std::size_t index : lines) {
    const bool is_last = index == lines.back();
    edit_category_line(index, left_out, is_last ? come : std::vector<std::string>());
  }
  if (!lines.empty() || come.empty()) return;
  add({.line = {.name = "CATEGORIES", .value = write_list(come)},
       .pointer = "keywords",
       .form = ValueForm::list});
}

void Applying::edit_category_line(std::size_t index, const std::set<std::string>& gone,
                                  const std::vector<std::string>& come) {
  const Line line = document_.line(index);
  const std::string raw = utf8_value(line, meaning_of(line.params()));
  const Escapes escapes = escapes_of(line);
  const char separator = list_separator(line.version);
  std::vector<std::string> pieces;
  bool is_edited = !come.empty();
  for (const std::string_view piece : split_raw(raw, separator, escapes)) {
    if (gone.contains(clean(decode_text(piece, escapes)))) {
      is_edited = true;
    } else {
      pieces.push_back(conversion::one_line(piece));
    }
  }
  if (!is_edited) return;
  for (const std::string& keyword : come) pieces.push_back(encode_text(keyword, escapes));
  if (pieces.empty()) return remove(index);
  replace(index, with_value(line, joined(pieces, separator)));
}

/// Adds the entries that share a line with one that differs.
void Applying::complete_nicknames() {
  const value* all = view_.card.if_contains("nicknames");
  const value* differing = difference_.before.if_contains("nicknames");
  if (all == nullptr || differing == nullptr) return;
  if (!all->is_object() || !differing->is_object()) return;
  std::set<std::size_t> lines;
  for (const auto& pair : differing->as_object()) {
    const Lines bound = lines_at(pointer_to("nicknames", pair.key()));
    lines.insert(bound.begin(), bound.end());
  }
  value& after = difference_.after["nicknames"];
  if (!after.is_object()) {
    if (!after.is_null()) return;
    after.emplace_object();
  }
  object completed;  // in the order of the card
  for (const auto& pair : all->as_object()) {
    const Lines bound = lines_at(pointer_to("nicknames", pair.key()));
    if (bound.empty() || !lines.contains(bound.front())) continue;
    const bool differs = differing->as_object().contains(pair.key());
    completed.emplace(pair.key(), pair.value());
    if (!differs) after.as_object().emplace(pair.key(), pair.value());
  }
  difference_.before["nicknames"] = std::move(completed);
}

void Applying::edit_nicknames() {
  std::set<std::size_t> lines;
  for (const BuiltLine& built : before_) {
    if (built.line.name != "NICKNAME") continue;
    const Lines bound = lines_at(built.pointer);
    lines.insert(bound.begin(), bound.end());
  }
  claimed_.insert(lines.begin(), lines.end());
  std::map<std::size_t, std::pair<std::vector<const BuiltLine*>, std::vector<const BuiltLine*>>>
      by_line;
  std::map<std::string_view, const BuiltLine*> after;
  for (const BuiltLine& built : after_) {
    if (built.line.name == "NICKNAME") after.emplace(built.pointer, &built);
  }
  for (const BuiltLine& built : before_) {
    if (built.line.name != "NICKNAME") continue;
    const Lines bound = lines_at(built.pointer);
    if (bound.empty()) continue;
    auto& [old, wanted] = by_line[bound.front()];
    old.push_back(&built);
    const auto found = after.find(built.pointer);
    if (found == after.end()) continue;
    wanted.push_back(found->second);
    after.erase(found);
  }
  for (auto& [index, entries] : by_line) edit_nickname_line(index, entries.first, entries.second);
  for (const BuiltLine& built : after_) {
    if (after.contains(built.pointer)) add(built);
  }
}

/// Edits a line of several names. The first has what the line says of all; others that say more
/// get lines of their own.
void Applying::edit_nickname_line(std::size_t index, const std::vector<const BuiltLine*>& old,
                                  const std::vector<const BuiltLine*>& wanted) {
  const bool is_first_left = !wanted.empty() && wanted.front()->pointer == old.front()->pointer;
  std::vector<const BuiltLine*> left;
  for (const BuiltLine* built : wanted) {
    const bool is_first = is_first_left && built == wanted.front();
    const bool is_plain = built->line.params.empty() && built->line.group.empty() && !built->label;
    if (is_first || is_plain) {
      left.push_back(built);
    } else {
      add(*built);
    }
  }
  if (left.empty()) return remove(index);
  const auto line_of = [](const std::vector<const BuiltLine*>& entries) {
    BuiltLine line = *entries.front();
    std::vector<std::string> names;
    for (const BuiltLine* entry : entries) names.push_back(decode_text(entry->line.value));
    line.line.value = write_list(names);
    return line;
  };
  const BuiltLine before = line_of(old);
  const BuiltLine after = line_of(left);
  if (is_same(before, after)) return;
  edit_line(document_.line(index), before, after);
  if (left.size() < old.size()) first_gone_.try_emplace("nickname", index);
}

}  // namespace kith::vcard::jscontact
