#include "vcard/jscontact/difference.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <unordered_map>
#include <utility>

#include "vcard/jscontact/names.hpp"
#include "vcard/jscontact/pointer.hpp"

namespace kith::vcard::jscontact {

namespace {

using boost::json::object;
using boost::json::value;

constexpr std::array<std::string_view, 7> other_maps{
    "onlineServices", "nicknames", "organizations", "addresses",
    "anniversaries",  "relatedTo", "localizations"};
constexpr std::array<std::string_view, 2> sets{"keywords", "members"};

/// Members that clients do not set.
constexpr std::array<std::string_view, 5> unset{"@type", "version", "prodId", "updated",
                                                props_member};

template <class Names>
bool is_among(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// Returns whether the keys of a map are ids that clients choose (RFC 9553, section 1.4.1).
bool has_ids(std::string_view member) {
  return !is_among(sets, member) && member != "relatedTo" && member != "localizations";
}

bool is_equal(const value* a, const value* b) {
  return a == nullptr || b == nullptr ? a == b : *a == *b;
}

/// Returns the pointers of JSPROP, and of these the ones whose values differ.
struct Kept {
  std::set<std::string, std::less<>> pointers;
  std::set<std::string, std::less<>> differing;
};

Kept kept_of(const Document& document, const View& view, const object& wanted) {
  Kept kept;
  for (const Binding& binding : view.bindings) {
    if (!document.line(binding.line).is("JSPROP")) continue;
    kept.pointers.insert(binding.pointer);
    const value* before = find_at(view.card, binding.pointer);
    if (!is_equal(before, find_at(wanted, binding.pointer))) {
      kept.differing.insert(binding.pointer);
    }
  }
  return kept;
}

class Differing {
 public:
  Differing(const Document& document, const View& view, const object& wanted)
      : view_(view.card), wanted_(wanted), kept_(kept_of(document, view, wanted)) {}

  Difference run() && {
    for (const auto& pair : view_) compare(pair.key());
    for (const auto& pair : wanted_) {
      if (!view_.contains(pair.key())) compare(pair.key());
    }
    return std::move(out_);
  }

 private:
  void compare(std::string_view member);
  void compare_maps(const std::string& member, const object& before, const object& after);
  void pair_equal(const std::string& member, const object& before, const object& after);
  void pair_media(const object& before, const object& after);
  void add_before(const std::string& member, std::string_view id, const value& entry);
  void add_after(const std::string& member, std::string_view id, const value& entry);
  bool is_kept(std::string_view member, std::string_view id) const;
  bool is_forced(std::string_view member, std::string_view id) const;

  const object& view_;
  const object& wanted_;
  Kept kept_;
  Difference out_;
  std::vector<std::string> gone_;  ///< ids of the map that is compared
  std::vector<std::string> come_;
};

/// Whether JSPROP is part of an entry.
bool Differing::is_kept(std::string_view member, std::string_view id) const {
  const std::string pointer = pointer_to(member, id) + "/";
  const auto next = kept_.pointers.lower_bound(pointer);
  return next != kept_.pointers.end() && next->starts_with(pointer);
}

/// Whether a JSPROP that has the whole entry, or the whole map, goes: no line has the entry then.
bool Differing::is_forced(std::string_view member, std::string_view id) const {
  return kept_.differing.contains(pointer_to("", member)) ||
         kept_.differing.contains(pointer_to(member, id));
}

void Differing::add_before(const std::string& member, std::string_view id, const value& entry) {
  value& map = out_.before[member];
  if (!map.is_object()) map.emplace_object();
  map.as_object().emplace(id, entry);
  out_.pointers.push_back(pointer_to(member, id));
}

void Differing::add_after(const std::string& member, std::string_view id, const value& entry) {
  value& map = out_.after[member];
  if (!map.is_object()) map.emplace_object();
  map.as_object().emplace(id, entry);
}

/// Pairs entries that are equal under different ids.
void Differing::pair_equal(const std::string& member, const object& before, const object& after) {
  std::unordered_map<value, std::deque<std::string>> by_entry;
  for (const std::string& id : gone_) {
    if (!is_kept(member, id)) by_entry[before.at(id)].push_back(id);
  }
  std::set<std::string> paired;
  std::erase_if(come_, [&](const std::string& id) {
    const auto found = by_entry.find(after.at(id));
    if (found == by_entry.end() || found->second.empty()) return false;
    out_.renamings.push_back({.before = pointer_to(member, found->second.front()), .id = id});
    paired.insert(std::move(found->second.front()));
    found->second.pop_front();
    return true;
  });
  std::erase_if(gone_, [&](const std::string& id) { return paired.contains(id); });
}

/// Returns the URI of an entry of `media`; empty if it has none.
std::string uri_of(const object& media, std::string_view id) {
  const value& entry = media.at(id);
  const value* uri = entry.is_object() ? entry.as_object().if_contains("uri") : nullptr;
  return uri != nullptr && uri->is_string() ? std::string(uri->as_string()) : std::string();
}

/// Pairs media of one URI, which may stand for data that are in the card alone.
void Differing::pair_media(const object& before, const object& after) {
  std::unordered_map<std::string, std::string> by_uri;
  for (const std::string& id : gone_) {
    if (!is_kept("media", id)) by_uri.emplace(uri_of(before, id), id);
  }
  by_uri.erase("");
  std::set<std::string> paired;
  std::erase_if(come_, [&](const std::string& id) {
    const auto found = by_uri.find(uri_of(after, id));
    if (found == by_uri.end()) return false;
    add_before("media", found->second, before.at(found->second));
    add_after("media", found->second, after.at(id));
    out_.renamings.push_back({.before = pointer_to("media", found->second), .id = id});
    paired.insert(found->second);
    by_uri.erase(found);
    return true;
  });
  std::erase_if(gone_, [&](const std::string& id) { return paired.contains(id); });
}

void Differing::compare_maps(const std::string& member, const object& before, const object& after) {
  gone_.clear();
  come_.clear();
  for (const auto& pair : before) {
    const value* entry = after.if_contains(pair.key());
    if (entry == nullptr) {
      gone_.emplace_back(pair.key());
    } else if (is_forced(member, pair.key())) {
      out_.pointers.push_back(pointer_to(member, pair.key()));
      add_after(member, pair.key(), *entry);
    } else if (*entry != pair.value()) {
      add_before(member, pair.key(), pair.value());
      add_after(member, pair.key(), *entry);
    }
  }
  for (const auto& pair : after) {
    if (!before.contains(pair.key())) come_.emplace_back(pair.key());
  }
  if (has_ids(member) && !gone_.empty()) pair_equal(member, before, after);
  if (member == "media") pair_media(before, after);
  for (const std::string& id : gone_) add_before(member, id, before.at(id));
  for (const std::string& id : come_) add_after(member, id, after.at(id));
}

void Differing::compare(std::string_view member) {
  if (is_among(unset, member)) return;
  const value* before = view_.if_contains(member);
  const value* after = wanted_.if_contains(member);
  if (member == "uid" && after == nullptr) return;
  const std::string pointer = pointer_to("", member);
  const bool is_forced = kept_.differing.contains(pointer);
  if (is_equal(before, after) && !is_forced) return;
  if (is_forced) out_.pointers.push_back(pointer);
  const auto is_object = [](const value* v) { return v == nullptr || v->is_object(); };
  if (is_map(member) && is_object(before) && is_object(after)) {
    const object none;
    compare_maps(std::string(member), before ? before->as_object() : none,
                 after ? after->as_object() : none);
    return;
  }
  if (before != nullptr && !is_forced) {
    out_.before[member] = *before;
    out_.pointers.push_back(pointer);
  }
  if (after != nullptr) out_.after[member] = *after;
}

}  // namespace

bool is_map(std::string_view member) {
  const bool is_row =
      std::ranges::any_of(entry_rows, [&](const EntryRow& row) { return row.member == member; });
  return is_row || is_among(other_maps, member) || is_among(sets, member);
}

Difference difference_of(const Document& document, const View& view, const object& wanted) {
  return Differing(document, view, wanted).run();
}

}  // namespace kith::vcard::jscontact
