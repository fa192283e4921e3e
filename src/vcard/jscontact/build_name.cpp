#include <algorithm>
#include <array>
#include <optional>

#include "vcard/jscontact/building.hpp"
#include "vcard/jscontact/components.hpp"
#include "vcard/jscontact/names.hpp"
#include "vcard/values/date.hpp"
#include "vcard/values/lists.hpp"

namespace kith::vcard::jscontact {

namespace {

using boost::json::object;
using boost::json::value;

NewLine line_of(std::string name, std::string raw) {
  return {.name = std::move(name), .value = std::move(raw), .params = {}, .group = {}};
}

/// Returns the index of a kind, from `first` on.
std::optional<std::size_t> index_of(std::span<const std::string_view> kinds, std::size_t first,
                                    std::string_view kind) {
  for (std::size_t i = first; i < kinds.size(); ++i) {
    if (kinds[i] == kind) return i;
  }
  return std::nullopt;
}

/// The components of a name or an address, as a line has them.
struct Structured {
  std::vector<Component> parts;
  std::string order = {};  ///< JSCOMPS without the default separator
  std::vector<std::pair<std::size_t, std::string>> phonetic = {};  ///< by component
};

/// Adds one component. Returns false if it is of an unknown kind or has other members.
bool add_component(Structured& out, object component, std::span<const std::string_view> kinds,
                   std::size_t first) {
  const value* kind = component.if_contains("kind");
  const value* text = component.if_contains("value");
  if (kind == nullptr || text == nullptr || !kind->is_string() || !text->is_string()) return false;
  const std::string name = text_of_json(*kind);
  const std::string content = text_of_json(*text);
  if (name == "separator") {
    out.order += ";s," + encode_text(content);
    return true;
  }
  auto index = index_of(kinds, first, name);
  if (!index && first > 0) index = index_of(kinds, 0, name);
  if (!index || content.empty()) return false;
  Component& part = out.parts[*index];
  out.order += ";" + std::to_string(*index);
  if (!part.empty()) out.order += "," + std::to_string(part.size());
  part.push_back(content);
  if (const value* phonetic = component.if_contains("phonetic")) {
    if (!phonetic->is_string()) return false;
    out.phonetic.emplace_back(*index, text_of_json(*phonetic));
  }
  for (const char* known : {"@type", "kind", "value", "phonetic"}) component.erase(known);
  return component.empty();
}

/// Takes `components` out of an object; nothing if they cannot be written as components.
std::optional<Structured> take_components(object& from, std::span<const std::string_view> kinds,
                                          std::size_t first) {
  const value* components = from.if_contains("components");
  if (components == nullptr || !components->is_array()) return std::nullopt;
  Structured out{.parts = std::vector<Component>(kinds.size())};
  for (const value& component : components->as_array()) {
    if (!component.is_object()) return std::nullopt;
    if (!add_component(out, component.as_object(), kinds, first)) return std::nullopt;
  }
  from.erase("components");
  return out;
}

/// Moves `isOrdered` and `defaultSeparator` into JSCOMPS.
void add_order(NewLine& line, object& from, const Structured& structured) {
  const value* ordered = from.if_contains("isOrdered");
  if (ordered == nullptr || !ordered->is_bool() || !ordered->as_bool()) return;
  from.erase("isOrdered");
  std::string order;
  if (const value* separator = from.if_contains("defaultSeparator");
      separator != nullptr && separator->is_string()) {
    order = "s," + encode_text(text_of_json(*separator));
    from.erase("defaultSeparator");
  }
  line.params.push_back({"JSCOMPS", {order + structured.order}});
}

void shorten(std::vector<Component>& parts, std::size_t least) {
  while (parts.size() > least && parts.back().empty()) parts.pop_back();
}

/// Moves `sortAs` into SORT-AS.
void add_sort_as(NewLine& line, object& name) {
  const value* sort = name.if_contains("sortAs");
  if (sort == nullptr || !sort->is_object()) return;
  const object& by_kind = sort->as_object();
  const value* surname = by_kind.if_contains("surname");
  const value* given = by_kind.if_contains("given");
  if (surname == nullptr || !surname->is_string() || by_kind.size() != (given ? 2U : 1U)) return;
  std::vector<std::string> values{text_of_json(*surname)};
  if (given != nullptr && given->is_string()) values.push_back(text_of_json(*given));
  for (const std::string& each : values) {
    if (each.empty() || each.find(',') != std::string::npos) return;
  }
  const std::string joined = values.size() == 1 ? values[0] : values[0] + "," + values[1];
  line.params.push_back({"SORT-AS", {joined}});
  name.erase("sortAs");
}

void add_phonetic(Building& building, const Structured& structured) {
  constexpr std::array names{"X-PHONETIC-LAST-NAME", "X-PHONETIC-FIRST-NAME",
                             "X-PHONETIC-MIDDLE-NAME"};
  std::array<bool, names.size()> is_written{};
  for (const auto& [index, text] : structured.phonetic) {
    if (index >= names.size() || is_written[index]) continue;
    is_written[index] = true;
    building.add(line_of(names[index], encode_text(text)), "name/components");
  }
}

/// Returns a full name of the components, for FN.
std::string shown_name(const Structured& structured) {
  constexpr std::array order{std::size_t{3}, std::size_t{1}, std::size_t{2}, std::size_t{0},
                             std::size_t{4}};
  std::string shown;
  for (const std::size_t index : order) {
    for (const std::string& text : structured.parts[index]) {
      shown.append(shown.empty() ? "" : " ").append(text);
    }
  }
  return shown;
}

/// Returns whether `vCardProps` has an FN, which could be preferred to the one of the name.
bool has_other_full_names(const object& card) {
  const value* props = card.if_contains(props_member);
  if (props == nullptr || !props->is_array()) return false;
  return std::ranges::any_of(props->as_array(), [](const value& prop) {
    return prop.is_array() && !prop.as_array().empty() && prop.as_array()[0] == "fn";
  });
}

void build_address(Building& building, Entry& entry) {
  const value* components = entry.rest.if_contains("components");
  bool is_new = false;
  if (components != nullptr && components->is_array()) {
    is_new = std::ranges::any_of(components->as_array(), [](const value& component) {
      const value* kind =
          component.is_object() ? component.as_object().if_contains("kind") : nullptr;
      if (kind == nullptr || !kind->is_string()) return false;
      const auto index = index_of(address_kinds, 0, text_of_json(*kind));
      return index && *index >= old_address_components;
    });
  }
  const std::size_t first = is_new ? old_address_components : 0;
  auto structured = take_components(entry.rest, address_kinds, first);
  NewLine line = line_of("ADR", ";;;;;;");
  if (structured) {
    add_order(line, entry.rest, *structured);
    shorten(structured->parts, old_address_components);
    line.value = write_components(structured->parts);
  }
  constexpr std::array<std::pair<const char*, const char*>, 4> params{
      {{"full", "LABEL"}, {"coordinates", "GEO"}, {"timeZone", "TZ"}, {"countryCode", "CC"}}};
  for (const auto& [key, param] : params) {
    auto text = building.take_text(entry.rest, key, entry.pointer());
    if (text) line.params.push_back({param, {std::move(*text)}});
  }
  building.add_entry(entry, std::move(line), ValueForm::components);
}

/// Returns the raw value of a PartialDate or Timestamp; nothing if it is none.
std::optional<std::string> date_of(const value& from) {
  if (!from.is_object()) return std::nullopt;
  const object& date = from.as_object();
  if (const value* utc = date.if_contains("utc"); utc != nullptr && utc->is_string()) {
    const std::string text = text_of_json(*utc);
    const auto read = read_date(text);
    if (!read) return std::nullopt;
    return write_date(read->date, DateForm::basic) + write_time(read->time, DateForm::basic);
  }
  const auto number = [&](const char* key) -> std::optional<int> {
    const value* found = date.if_contains(key);
    constexpr std::int64_t last = 9999;
    if (found == nullptr || !found->is_int64()) return std::nullopt;
    if (found->as_int64() < 0 || found->as_int64() > last) return std::nullopt;
    return static_cast<int>(found->as_int64());
  };
  const PartialDate partial{number("year"), number("month"), number("day")};
  if (partial.month.value_or(0) > 12 || partial.day.value_or(0) > 31) return std::nullopt;
  const std::string text = write_date(partial, DateForm::basic);
  const auto read = read_date(text);
  return read && read->date == partial ? std::optional(text) : std::nullopt;
}

std::string date_property(std::string_view kind) {
  if (kind == "birth") return "BDAY";
  if (kind == "death") return "DEATHDATE";
  return kind == "wedding" ? "ANNIVERSARY" : "X-ABDATE";
}

/// Writes BIRTHPLACE or DEATHPLACE.
void build_place(Building& building, Entry& entry, std::string_view kind) {
  if (kind != "birth" && kind != "death") return;
  object place = building.take_object(entry.rest, "place", entry.pointer());
  const char* key = place.contains("full") ? "full" : "coordinates";
  const auto text = building.take_text(place, key, entry.pointer("place"));
  const std::string name = kind == "birth" ? "BIRTHPLACE" : "DEATHPLACE";
  if (text) building.add(line_of(name, encode_text(*text)), entry.pointer("place"));
  building.keep_rest(entry.pointer("place"), place);
}

void build_anniversary(Building& building, Entry& entry) {
  const std::string kind = building.take_text(entry.rest, "kind", entry.pointer()).value_or("");
  NewLine line = line_of(date_property(kind), "");
  const value* date = entry.rest.if_contains("date");
  auto text = date != nullptr ? date_of(*date) : std::nullopt;
  if (!text) {
    building.fail(entry.pointer("date"), "must be a PartialDate or a Timestamp");
    return;
  }
  line.value = std::move(*text);
  if (const value* scale = date->as_object().if_contains("calendarScale");
      scale != nullptr && scale->is_string()) {
    line.params.push_back({"CALSCALE", {text_of_json(*scale)}});
  }
  entry.rest.erase("date");
  const bool is_other = line.name == "X-ABDATE" && !kind.empty();
  if (is_other) entry.rest["kind"] = kind;
  build_place(building, entry, kind);
  building.add_entry(entry, std::move(line), ValueForm::date);
}

}  // namespace

void build_name(Building& building) {
  object name = building.take_object(building.rest, "name", "");
  name.erase("@type");
  auto structured = take_components(name, name_kinds, 0);
  auto full = building.take_text(name, "full", "name");
  const bool is_derived = !full && structured;
  if (is_derived) full = shown_name(*structured);
  if (full) {
    NewLine line = line_of("FN", encode_text(*full));
    if (is_derived) line.params.push_back({"DERIVED", {"true"}});
    if (has_other_full_names(building.rest)) line.params.push_back({"PREF", {"1"}});
    building.add(std::move(line), "name/full");
  }
  if (structured) {
    NewLine line = line_of("N", "");
    add_order(line, name, *structured);
    add_sort_as(line, name);
    shorten(structured->parts, 5);
    line.value = write_components(structured->parts);
    building.add(std::move(line), "name/components", ValueForm::components);
    add_phonetic(building, *structured);
  }
  building.keep_rest("name", name);
}

void build_addresses(Building& building) {
  for (Entry& entry : building.take_entries(building.rest, "addresses", "")) {
    build_address(building, entry);
  }
}

void build_anniversaries(Building& building) {
  for (Entry& entry : building.take_entries(building.rest, "anniversaries", "")) {
    build_anniversary(building, entry);
  }
}

}  // namespace kith::vcard::jscontact
