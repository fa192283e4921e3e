#include <algorithm>
#include <array>
#include <deque>
#include <unordered_map>

#include <boost/json/array.hpp>

#include "base/text.hpp"
#include "vcard/jscontact/applying.hpp"
#include "vcard/jscontact/line_value.hpp"
#include "vcard/jscontact/names.hpp"

namespace kith::vcard::jscontact {

namespace {

using boost::json::array;
using boost::json::value;

/// Returns the name of a property in lower case; empty if it has none.
std::string name_of(const value& prop) {
  const bool is_named =
      prop.is_array() && !prop.as_array().empty() && prop.as_array()[0].is_string();
  return is_named ? ascii_lower(text_of_json(prop.as_array()[0])) : std::string();
}

/// Returns whether the editor or the author of a card alone writes a property.
bool is_left_alone(std::string_view lower_name) {
  return lower_name == "rev" || lower_name == "prodid";
}

std::string pointer_of(std::size_t index) {
  return pointer_to(props_member, std::to_string(index));
}

/// The indices of properties that are not paired yet, by what is equal in a pair.
template <class Key>
using Unpaired = std::unordered_map<Key, std::deque<std::size_t>>;

/// Takes the first index of a key.
template <class Key>
std::optional<std::size_t> take(Unpaired<Key>& unpaired, const Key& key) {
  const auto found = unpaired.find(key);
  if (found == unpaired.end() || found->second.empty()) return std::nullopt;
  const std::size_t index = found->second.front();
  found->second.pop_front();
  return index;
}

/// Returns the built line of a property; nothing if it is malformed.
std::optional<BuiltLine> built_of(const value& prop, const std::string& pointer,
                                  std::optional<ShapeError>& error) {
  Building building({});
  build_prop(building, prop, pointer);
  if (building.error()) {
    error = building.error();
    return std::nullopt;
  }
  return std::move(building).take_lines().front();
}

}  // namespace

void Applying::edit_props(const value* wanted) {
  const value* found = view_.card.if_contains(props_member);
  const array none;
  if (wanted != nullptr && !wanted->is_array()) return fail(props_member, "must be a list");
  const array& before = found != nullptr ? found->as_array() : none;
  const array& after = wanted != nullptr ? wanted->as_array() : none;
  if (before == after) return;
  Unpaired<value> equal;
  for (std::size_t i = 0; i < before.size(); ++i) equal[before[i]].push_back(i);
  std::vector<std::size_t> come;
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (!take(equal, after[i])) come.push_back(i);
  }
  std::set<std::size_t> gone;
  for (const auto& [prop, indices] : equal) gone.insert(indices.begin(), indices.end());
  Unpaired<std::string> by_name;
  for (const std::size_t index : gone) by_name[name_of(before[index])].push_back(index);
  for (const std::size_t index : come) {
    const std::string name = name_of(after[index]);
    if (is_left_alone(name)) continue;
    const auto old = take(by_name, name);
    edit_prop(old ? &before[*old] : nullptr, old ? pointer_of(*old) : "", after[index],
              pointer_of(index));
    if (old) gone.erase(*old);
  }
  for (const std::size_t index : gone) {
    if (is_left_alone(name_of(before[index]))) continue;
    for (const std::size_t line : lines_of_prop(pointer_of(index))) remove(line);
  }
}

Applying::Lines Applying::lines_of_prop(const std::string& pointer) const {
  const auto found = bound_.find(pointer);
  return found == bound_.end() ? Lines() : found->second;
}

void Applying::edit_prop(const value* before, const std::string& before_pointer, const value& after,
                         const std::string& pointer) {
  std::optional<ShapeError> error;
  const auto wanted = built_of(after, pointer, error);
  if (!wanted) return fail(error->pointer.substr(1), error->message);
  std::optional<BuiltLine> old;
  if (before != nullptr) old = built_of(*before, before_pointer, error);
  const Lines lines = lines_of_prop(before_pointer);
  if (old && !lines.empty()) return edit_line(document_.line(lines.front()), *old, *wanted);
  if (wanted->line.name == "UID") {
    return fail(pointer + "/0", "is the member uid");
  }
  for (const std::size_t line : lines) remove(line);
  add(*wanted);
}

}  // namespace kith::vcard::jscontact
