#include <algorithm>
#include <deque>

#include "base/text.hpp"
#include "vcard/jscontact/components.hpp"
#include "vcard/jscontact/names.hpp"
#include "vcard/jscontact/viewing.hpp"
#include "vcard/values/value.hpp"

namespace kith::vcard::jscontact {

namespace {

using boost::json::object;

/// The labels of 3.0 by the group in lower case and the types, without `pref`, of their addresses.
using Labels = std::map<std::pair<std::string, std::vector<std::string>>, std::deque<Property>>;

Labels::key_type key_of(const Property& property) {
  Labels::key_type key{ascii_lower(property.line.group), property.meaning.types};
  std::erase(key.second, "pref");
  std::ranges::sort(key.second);
  return key;
}

/// Returns the text of the parameter LABEL, whose line ends may be `\n` (RFC 6350, section 6.3.1).
std::string take_label(Property& property) { return decode_text(property.take("LABEL")); }

/// Drops the old components that those of RFC 9554 replace.
void drop_replaced(std::vector<Component>& parts) {
  if (parts.size() <= old_address_components) return;
  const bool is_new = std::any_of(parts.begin() + old_address_components, parts.end(),
                                  [](const Component& part) { return !part.empty(); });
  if (!is_new) return;
  parts[1].clear();
  parts[2].clear();
}

/// Returns `geo:1,2` of `1;2` (3.0) or `1,2` (2.1).
std::string coordinates(std::string text) {
  if (text.empty() || ascii_lower(text.substr(0, 4)) == "geo:") return text;
  std::ranges::replace(text, ';', ',');
  const bool is_pair = std::ranges::count(text, ',') == 1 &&
                       text.find_first_not_of("0123456789.,-+ ") == std::string::npos;
  std::erase(text, ' ');
  return is_pair ? "geo:" + text : std::string();
}

void map_address(Viewing& viewing, Property& property, Labels& labels) {
  std::vector<Component> parts = components_of(property.line);
  drop_replaced(parts);
  object entry;
  Ordered components = ordered_components(parts, address_kinds, property.take("JSCOMPS"));
  if (!components.items.empty()) entry["components"] = std::move(components.items);
  if (components.is_ordered) entry["isOrdered"] = true;
  if (!components.separator.empty()) entry["defaultSeparator"] = components.separator;
  std::string full = take_label(property);
  std::optional<Property> label;
  if (const auto found = labels.find(key_of(property));
      full.empty() && found != labels.end() && !found->second.empty()) {
    label = std::move(found->second.front());
    found->second.pop_front();
    full = label->text();
  }
  if (!full.empty()) entry["full"] = full;
  if (std::string geo = coordinates(property.take("GEO")); !geo.empty()) entry["coordinates"] = geo;
  if (std::string zone = property.take("TZ"); !zone.empty()) entry["timeZone"] = zone;
  if (std::string code = property.take("CC"); !code.empty()) entry["countryCode"] = code;
  if (entry.empty()) return;
  const std::string id = viewing.id_of(property, "addresses");
  viewing.add_shared(entry, property);
  viewing.object_at("addresses")[id] = std::move(entry);
  viewing.bind("addresses/" + id, property);
  if (label) viewing.bind("addresses/" + id, *label);
}

}  // namespace

void map_addresses(Viewing& viewing) {
  Labels labels;
  for (Property& label : viewing.unmapped("LABEL")) {
    if (!is_blank(label.text())) labels[key_of(label)].push_back(std::move(label));
  }
  for (Property& address : viewing.unmapped("ADR")) map_address(viewing, address, labels);
  for (Property& geo : viewing.unmapped("GEO")) {
    std::string point = coordinates(geo.text());
    if (!point.empty()) viewing.put("addresses", geo, {{"coordinates", std::move(point)}});
  }
  for (Property& zone : viewing.unmapped("TZ")) {
    const std::string text = zone.text();
    if (text.contains('/')) viewing.put("addresses", zone, {{"timeZone", text}});
  }
}

}  // namespace kith::vcard::jscontact
