#include "vcard/jscontact/viewing.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include <boost/json/string.hpp>

#include "base/text.hpp"
#include "vcard/convert/property.hpp"
#include "vcard/jscontact/names.hpp"
#include "vcard/jscontact/pointer.hpp"
#include "vcard/values/apple_label.hpp"
#include "vcard/values/base64.hpp"
#include "vcard/values/charset.hpp"
#include "vcard/values/value.hpp"

namespace kith::vcard::jscontact {

namespace {

/// Parameters that `ParamMeaning` stands for.
constexpr std::array meaning_params{"TYPE", "PREF", "VALUE", "ENCODING", "CHARSET"};
constexpr std::array structured_names{"N", "ADR", "ORG", "GENDER", "CLIENTPIDMAP"};

bool has_meaning(const Param& param) {
  if (param.is_bare || (param.value.empty() && is_known_type(param.name))) return true;
  return std::ranges::any_of(meaning_params, [&](const char* name) { return param.is(name); });
}

/// Returns one value as a string, several as an array.
boost::json::value one_or_many(const std::vector<std::string>& values) {
  if (values.size() == 1) return boost::json::value(values.front());
  boost::json::array all;
  for (const std::string& value : values) all.emplace_back(value);
  return all;
}

/// Adds types and the parameters that no step has mapped, with names in lower case.
void add_params(boost::json::object& out, const Property& property) {
  if (!property.meaning.types.empty()) {
    std::vector<std::string> types = property.meaning.types;
    for (std::string& type : types) type = clean(repaired_utf8(type));
    out["type"] = one_or_many(types);
  }
  for (const Param& param : property.params) {
    if (has_meaning(param)) continue;
    std::vector<std::string> values = param.values();
    for (std::string& value : values) value = clean(repaired_utf8(value));
    out[repaired_utf8(ascii_lower(param.name))] = one_or_many(values);
  }
}

boost::json::array structured_value(const Property& property) {
  boost::json::array out;
  for (Component& component : components_of(property.line)) {
    for (std::string& value : component) value = clean(std::move(value));
    if (component.empty()) {
      out.emplace_back("");
    } else {
      out.push_back(one_or_many(component));
    }
  }
  return out;
}

/// Returns the value as jCard has it: structured, or as it stands in the card.
boost::json::value prop_value(const Property& property) {
  const bool is_structured = std::ranges::any_of(
      structured_names, [&](const char* name) { return property.line.is(name); });
  if (is_structured) return structured_value(property);
  return boost::json::value(
      clean(conversion::one_line(utf8_value(property.line, property.meaning))));
}

}  // namespace

bool is_id(std::string_view text) {
  constexpr std::size_t bytes_max = 255;  // RFC 9553, section 1.4.1
  return !text.empty() && text.size() <= bytes_max && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '_';
  });
}

std::string clean(std::string text) {
  std::erase_if(text, [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n') || c == 0x7F;
  });
  return text;
}

std::string upper_name(std::string_view name) {
  std::string out(name);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

std::string Property::text() const { return clean(text_of(line, meaning)); }

std::string Property::take(std::string_view upper_param) {
  const auto found =
      std::ranges::find_if(params, [&](const Param& param) { return param.is(upper_param); });
  if (found == params.end()) return {};
  std::string value = clean(repaired_utf8(found->first_value()));
  params.erase(found);
  return value;
}

bool Property::take_type(std::string_view lower_type) {
  return std::erase(meaning.types, lower_type) > 0;
}

Viewing::Viewing(const Document& card_document, const ViewOptions& view_options)
    : document(card_document), options_(view_options), groups_(card_document) {
  card["@type"] = "Card";
  card["version"] = card_version;
}

Property Viewing::property_at(std::size_t index) const {
  Property property{.line = document.line(index), .meaning = {}, .params = {}};
  property.params = property.line.params();
  property.meaning = meaning_of(property.params);
  if (!property.line.group.empty()) property.label = groups_.label_of(property.line);
  return property;
}

std::vector<Property> Viewing::unmapped(std::string_view upper) const {
  std::vector<Property> found;
  for (const Line& line : document.find_all(upper)) {
    if (!is_mapped(line.index)) found.push_back(property_at(line.index));
  }
  return found;
}

std::string Viewing::id_of(Property& property, std::string_view member) {
  const std::string scope = std::string(member) + "/";
  std::string id = property.take("PROP-ID");
  if (is_id(id) && ids_.insert(scope + id).second) return id;
  std::string name = upper_name(property.line.name);
  std::ranges::replace_if(name, [](char c) { return !is_id({&c, 1}); }, '_');
  do {
    id = name + "-" + std::to_string(++ordinals_[name]);
  } while (!ids_.insert(scope + id).second);
  return id;
}

void Viewing::add_shared(boost::json::object& entry, Property& property) {
  boost::json::object contexts;
  if (property.take_type("home")) contexts["private"] = true;
  if (property.take_type("work")) contexts["work"] = true;
  if (!contexts.empty()) entry["contexts"] = std::move(contexts);
  const bool is_preferred = property.take_type("pref");
  if (property.meaning.pref || is_preferred) entry["pref"] = property.meaning.pref.value_or(1);
  boost::json::object params;
  if (property.label) {
    const std::string text = clean(text_of(*property.label));
    entry["label"] = read_apple_label(text).name;
    mapped_.insert(property.label->index);
  } else if (!property.is_label_hidden && !property.line.group.empty()) {
    params["group"] = property.line.group;
  }
  add_params(params, property);
  if (!params.empty()) entry[params_member] = std::move(params);
}

void Viewing::hide_label(Property& property) {
  mapped_.insert(property.label->index);
  property.label.reset();
  property.is_label_hidden = true;
}

void Viewing::put(std::string_view member, Property& property, boost::json::object entry) {
  const std::string id = id_of(property, member);
  add_shared(entry, property);
  bind(std::string(member) + "/" + id, property);
  object_at(member)[id] = std::move(entry);
}

void Viewing::bind(std::string pointer, const Property& property) {
  mapped_.insert(property.line.index);
  bindings_.push_back({.pointer = std::move(pointer), .line = property.line.index});
}

boost::json::object& Viewing::object_at(std::string_view member) {
  boost::json::value& value = card[member];
  return value.is_object() ? value.as_object() : value.emplace_object();
}

void Viewing::add_prop(const Property& property) {
  boost::json::object params;
  if (!property.line.group.empty()) params["group"] = property.line.group;
  if (property.meaning.pref) params["pref"] = std::to_string(*property.meaning.pref);
  if (property.meaning.encoding == Encoding::base64) params["encoding"] = "b";
  add_params(params, property);
  const std::string& type = property.meaning.value;
  props_.emplace_back(
      property.line.index,
      boost::json::array{repaired_utf8(ascii_lower(property.line.name)), std::move(params),
                         type.empty() ? "unknown" : type, prop_value(property)});
  mapped_.insert(property.line.index);
}

std::string Viewing::media_uri(boost::json::object& entry, const Property& property) const {
  const Media media = media_of(property.line, property.meaning);
  if (media.kind != Media::Kind::data) return clean(media.content);
  if (!media.media_type.empty()) entry["mediaType"] = clean(media.media_type);
  if (options_.media_uri) return options_.media_uri(property.line, media);
  return "data:" + clean(media.media_type) + ";base64," + encode_base64(media.content);
}

View Viewing::finish() && {
  std::ranges::sort(props_, {}, [](const auto& prop) { return prop.first; });
  boost::json::array props;
  for (auto& [line, prop] : props_) {
    const std::string index = std::to_string(props.size());
    bindings_.push_back({.pointer = pointer_to(props_member, index), .line = line});
    props.push_back(std::move(prop));
  }
  if (!props.empty()) card[props_member] = std::move(props);
  std::ranges::sort(bindings_, {},
                    [](const Binding& binding) { return std::tie(binding.line, binding.pointer); });
  return {.card = std::move(card), .bindings = std::move(bindings_)};
}

}  // namespace kith::vcard::jscontact
