#include <algorithm>
#include <functional>

#include "base/text.hpp"
#include "vcard/convert/property.hpp"
#include "vcard/values/lists.hpp"
#include "vcard/values/tel.hpp"

namespace kith::vcard::conversion {

namespace {

constexpr std::size_t name_components = 5;
constexpr std::string_view fallback_name = "No name";

std::string joined(const Component& values) {
  std::string out;
  for (const std::string& value : values) {
    if (is_blank(value)) continue;
    if (!out.empty()) out += ' ';
    out += trimmed(value);
  }
  return out;
}

/// Returns the given and family names of the first N that has any text.
std::string personal_name(const Properties& properties) {
  for (const Property& property : properties) {
    if (!property.is("N")) continue;
    const std::vector<Component> parts = read_components(property.value);
    const std::string family = joined(parts[0]);
    const std::string given = parts.size() > 1 ? joined(parts[1]) : "";
    if (!given.empty() || !family.empty()) return joined({given, family});
  }
  return {};
}

/// Returns what `text_of` makes of the first property of a name that has any text.
template <class TextOf>
std::string first_text(const Properties& properties, std::string_view name, TextOf&& text_of) {
  for (const Property& property : properties) {
    if (!property.is(name)) continue;
    std::string text = text_of(property);
    if (!is_blank(text)) return text;
  }
  return {};
}

std::string first_component(const Property& property) {
  return joined(read_components(property.value).front());
}

std::string first_value(const Property& property) {
  const auto values = read_list(property.value);
  return values.empty() ? std::string() : values.front();
}

/// Returns the name that a card without FN shows.
std::string derived_name(const Properties& properties) {
  if (std::string name = personal_name(properties); !name.empty()) return name;
  const auto text = [](const Property& property) { return property.text(); };
  const auto phone = [](const Property& property) { return shown_phone(property.text()); };
  std::string name = first_text(properties, "ORG", first_component);
  if (name.empty()) name = first_text(properties, "NICKNAME", first_value);
  if (name.empty()) name = first_text(properties, "EMAIL", text);
  if (name.empty()) name = first_text(properties, "TEL", phone);
  return name.empty() ? std::string(fallback_name) : name;
}

bool is_group(const Properties& properties) {
  return std::ranges::any_of(properties, [](const Property& property) {
    const bool names_kind = property.is("X-ADDRESSBOOKSERVER-KIND") || property.is("KIND");
    return names_kind && ascii_lower(trimmed(property.value)) == "group";
  });
}

/// Gives N its five components; in the group cards of 3.0 it has one, as Apple writes it.
void shape_names(Properties& properties, bool has_one_component) {
  for (Property& property : properties) {
    if (!property.is("N")) continue;
    auto pieces = split_raw(property.value, ';');
    const std::size_t least = has_one_component ? 1 : name_components;
    while (pieces.size() > least && pieces.back().empty()) pieces.pop_back();
    pieces.resize(std::max(pieces.size(), least));
    std::string value(pieces.front());
    for (std::size_t i = 1; i < pieces.size(); ++i) value.append(";").append(pieces[i]);
    property.value = std::move(value);
  }
}

bool has_text(const Properties& properties, std::string_view name) {
  return std::ranges::any_of(properties, [&](const Property& property) {
    return property.is(name) && !is_blank(property.value);
  });
}

bool has(const Properties& properties, std::string_view name) {
  return std::ranges::any_of(properties, [&](const Property& p) { return p.is(name); });
}

}  // namespace

void complete(Properties& properties, Version version, std::string_view uid) {
  Properties added;
  const auto replace = [&](std::string_view name, std::string value) {
    std::erase_if(properties, [&](const Property& property) { return property.is(name); });
    added.push_back({.name = std::string(name), .value = std::move(value)});
  };
  if (!uid.empty() && !has_text(properties, "UID")) replace("UID", encode_text(uid));
  if (!has_text(properties, "FN")) replace("FN", encode_text(derived_name(properties)));
  if (version == Version::v3_0 && !has(properties, "N")) {
    const auto text = [](const Property& property) { return property.text(); };
    std::string name = first_text(properties, "FN", text);
    if (name.empty()) name = first_text(added, "FN", text);
    replace("N", (is_group(properties) ? "" : ";") + encode_text(name));
  }
  properties.insert(properties.begin(), std::make_move_iterator(added.begin()),
                    std::make_move_iterator(added.end()));
  shape_names(properties, version == Version::v3_0 && is_group(properties));
}

}  // namespace kith::vcard::conversion
