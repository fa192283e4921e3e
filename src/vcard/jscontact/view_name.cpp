#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "vcard/jscontact/components.hpp"
#include "vcard/jscontact/names.hpp"
#include "vcard/jscontact/pointer.hpp"
#include "vcard/jscontact/viewing.hpp"
#include "vcard/values/value.hpp"

namespace kith::vcard::jscontact {

namespace {

using boost::json::array;
using boost::json::object;

/// A property of Apple and Google with the phonetic form of a part of N.
struct PhoneticRow {
  const char* property;
  std::size_t component;
};

constexpr std::array phonetic_rows{PhoneticRow{"X-PHONETIC-LAST-NAME", 0},
                                   PhoneticRow{"X-PHONETIC-FIRST-NAME", 1},
                                   PhoneticRow{"X-PHONETIC-MIDDLE-NAME", 2}};

/// Removes from a component what a later one has more exactly (RFC 9554, section 2.2).
void drop_repeated(std::vector<Component>& parts, std::size_t from, std::size_t exact) {
  if (exact >= parts.size()) return;
  const std::set<std::string> values(parts[exact].begin(), parts[exact].end());
  std::erase_if(parts[from], [&](const std::string& value) { return values.contains(value); });
}

/// Maps SORT-AS: the values for the surname and the given name.
void add_sort_as(object& name, Property& property) {
  const std::string text = property.take("SORT-AS");
  if (text.empty()) return;
  const std::size_t comma = std::min(text.find(','), text.size());
  object sort;
  if (comma > 0) sort["surname"] = text.substr(0, comma);
  if (comma + 1 < text.size()) sort["given"] = text.substr(comma + 1);
  name["sortAs"] = std::move(sort);
}

/// Adds a phonetic form to the first component of its kind. Returns false if there is none.
bool add_phonetic(array& components, std::string_view kind, const std::string& text) {
  for (auto& component : components) {
    object& part = component.as_object();
    if (part["kind"] == boost::json::value(kind)) {
      part["phonetic"] = text;
      return true;
    }
  }
  return false;
}

void map_components(Viewing& viewing) {
  for (Property& property : viewing.unmapped("N")) {
    std::vector<Component> parts = components_of(property.line);
    drop_repeated(parts, 0, 5);
    drop_repeated(parts, 4, 6);
    Ordered components = ordered_components(parts, name_kinds, property.take("JSCOMPS"));
    if (components.items.empty()) continue;
    object& name = viewing.object_at("name");
    name["components"] = std::move(components.items);
    if (components.is_ordered) name["isOrdered"] = true;
    if (!components.separator.empty()) name["defaultSeparator"] = components.separator;
    add_sort_as(name, property);
    viewing.bind("name/components", property);
    return;
  }
}

void map_phonetic(Viewing& viewing) {
  if (!viewing.card.contains("name")) return;
  object& name = viewing.object_at("name");
  if (!name.contains("components")) return;
  for (const PhoneticRow& row : phonetic_rows) {
    const auto line = viewing.document.find(row.property);
    if (!line) continue;
    const Property property = viewing.property_at(line->index);
    const std::string text = property.text();
    array& components = name["components"].as_array();
    if (!text.empty() && add_phonetic(components, name_kinds[row.component], text)) {
      viewing.bind("name/components", property);
    }
  }
}

/// Returns the order of preference: PREF, then TYPE=pref, then the others.
int rank(const Property& property) {
  constexpr int type_rank = 101;
  constexpr int last = 102;
  if (property.meaning.pref) return *property.meaning.pref;
  return property.meaning.has_type("pref") ? type_rank : last;
}

/// Adds a further FN in another language. Returns false if that language has one already.
bool add_localized(Viewing& viewing, Property& property) {
  const std::string language = property.take("LANGUAGE");
  if (language.empty()) return false;
  boost::json::value& place = viewing.object_at("localizations")[language];
  if (!place.is_object()) place.emplace_object();
  if (!place.as_object().emplace("name/full", property.text()).second) return false;
  viewing.bind(pointer_to("localizations", language), property);
  return true;
}

/// Binds the names that only repeat the components of N (DERIVED, RFC 9554, section 4.4).
void map_derived_names(Viewing& viewing) {
  if (!viewing.card.contains("name")) return;
  for (Property& property : viewing.unmapped("FN")) {
    if (ascii_lower(property.take("DERIVED")) == "true") viewing.bind("name", property);
  }
}

void map_full_names(Viewing& viewing) {
  std::vector<Property> names = viewing.unmapped("FN");
  std::erase_if(names, [](const Property& property) { return is_blank(property.text()); });
  const auto first = std::ranges::min_element(names, {}, rank);
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (name != first) {
      add_localized(viewing, *name);
      continue;
    }
    viewing.object_at("name")["full"] = name->text();
    viewing.bind("name/full", *name);
  }
}

}  // namespace

void map_name(Viewing& viewing) {
  map_components(viewing);
  map_phonetic(viewing);
  map_derived_names(viewing);
  map_full_names(viewing);
}

}  // namespace kith::vcard::jscontact
