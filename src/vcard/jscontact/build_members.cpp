#include <algorithm>
#include <array>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "vcard/convert/reshape.hpp"
#include "vcard/jscontact/building.hpp"
#include "vcard/jscontact/names.hpp"
#include "vcard/jscontact/viewing.hpp"
#include "vcard/values/date.hpp"
#include "vcard/values/lists.hpp"
#include "vcard/values/media.hpp"

namespace kith::vcard::jscontact {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

NewLine simple_line(std::string name, std::string raw) {
  return {.name = std::move(name), .value = std::move(raw), .params = {}, .group = {}};
}

/// Returns `20190302T101112Z` of `2019-03-02T10:11:12Z`; other texts unchanged.
std::string basic_time(const std::string& text) {
  const auto read = read_date(text);
  if (!read || read->time.empty()) return text;
  return write_date(read->date, DateForm::basic) + write_time(read->time, DateForm::basic);
}

void build_texts(Building& building) {
  struct Row {
    const char* member;
    const char* property;
  };
  constexpr std::array rows{Row{"uid", "UID"}, Row{"kind", "KIND"}, Row{"prodId", "PRODID"},
                            Row{"language", "LANGUAGE"}};
  for (const Row& row : rows) {
    const auto text = building.take_text(building.rest, row.member, "");
    if (text) building.add(simple_line(row.property, encode_text(*text)), row.member);
  }
  if (const auto time = building.take_text(building.rest, "created", "")) {
    building.add(simple_line("CREATED", encode_text(basic_time(*time))), "created");
  }
  if (const auto time = building.take_text(building.rest, "updated", "")) {
    building.add(simple_line("REV", encode_text(basic_time(*time))), "updated");
  }
}

/// Takes the keys of a set, whose values are true.
std::vector<std::string> take_set(Building& building, std::string_view member) {
  std::vector<std::string> keys;
  for (const auto& pair : building.take_object(building.rest, member, "")) {
    if (pair.value() != true) building.fail(pointer_to(member, pair.key()), "must be true");
    keys.push_back(clean(std::string(pair.key())));
  }
  return keys;
}

void build_sets(Building& building) {
  const std::vector<std::string> keywords = take_set(building, "keywords");
  if (!keywords.empty()) {
    building.add(simple_line("CATEGORIES", write_list(keywords)), "keywords", ValueForm::list);
  }
  for (const std::string& uid : take_set(building, "members")) {
    building.add(simple_line("MEMBER", encode_uri(uid)), pointer_to("members", uid),
                 ValueForm::uri);
  }
}

/// Writes one relation. Types that vCard does not have are kept as JSPROP.
void build_relation(Building& building, Entry& entry) {
  const std::string key = clean(entry.id);
  const bool is_text = !is_uri(key);
  NewLine line = simple_line("RELATED", is_text ? encode_text(key) : encode_uri(key));
  if (is_text) line.params.push_back({"VALUE", {"text"}});
  object types = building.take_object(entry.rest, "relation", entry.pointer());
  object unknown;
  for (const auto& pair : types) {
    const std::string type(pair.key());
    if (conversion::relation_label(type).empty()) {
      unknown[type] = pair.value();
    } else {
      line.params.push_back({"TYPE", {type}});
    }
  }
  building.add_keyed(entry, std::move(line), is_text ? ValueForm::text : ValueForm::uri);
  building.keep_rest(entry.pointer("relation"), unknown);
}

void build_speaking(Building& building) {
  object speaking = building.take_object(building.rest, "speakToAs", "");
  speaking.erase("@type");
  if (const auto gender = building.take_text(speaking, "grammaticalGender", "speakToAs")) {
    building.add(simple_line("GRAMGENDER", encode_text(*gender)), "speakToAs/grammaticalGender");
  }
  for (Entry& entry : building.take_entries(speaking, "pronouns", "speakToAs")) {
    const auto pronouns = building.take_text(entry.rest, "pronouns", entry.pointer());
    if (!pronouns) building.fail(entry.pointer("pronouns"), "is required and must be a string");
    building.add_entry(entry, simple_line("PRONOUNS", encode_text(pronouns.value_or(""))));
  }
  building.keep_rest("speakToAs", speaking);
}

/// Returns the raw value of a property of `vCardProps`.
std::string raw_value(const value& from) {
  if (from.is_string()) return text_of_json(from);
  if (!from.is_array()) return boost::json::serialize(from);
  std::vector<Component> parts;
  for (const value& each : from.as_array()) {
    Component& part = parts.emplace_back();
    if (each.is_string() && !each.as_string().empty()) part.push_back(text_of_json(each));
    if (!each.is_array()) continue;
    for (const value& inner : each.as_array()) {
      if (inner.is_string()) part.push_back(text_of_json(inner));
    }
  }
  return write_components(parts);
}

/// Returns whether a property is part of the frame of a card.
bool is_reserved(std::string_view name) {
  constexpr std::array names{"BEGIN", "END", "VERSION"};
  return std::ranges::find(names, name) != names.end();
}

bool is_prop(const value& from) {
  if (!from.is_array() || from.as_array().size() < 4) return false;
  const array& prop = from.as_array();
  return prop[0].is_string() && !prop[0].as_string().empty() && prop[1].is_object() &&
         prop[2].is_string();
}

}  // namespace

void build_members(Building& building) {
  build_texts(building);
  build_sets(building);
  for (Entry& entry : building.take_entries(building.rest, "relatedTo", "")) {
    build_relation(building, entry);
  }
  build_speaking(building);
}

void build_prop(Building& building, const value& from, const std::string& pointer) {
  if (!is_prop(from)) {
    building.fail(pointer, "must be a list of a name, parameters, a type and a value");
    return;
  }
  const array& prop = from.as_array();
  NewLine line = simple_line(upper_name(text_of_json(prop[0])), raw_value(prop[3]));
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
  if (line.name.find_first_not_of(letters) != std::string::npos || is_reserved(line.name)) {
    building.fail(pointer + "/0", "must be the name of a property");
  }
  const std::string type = text_of_json(prop[2]);
  if (type != "unknown") line.params.push_back({"VALUE", {type}});
  building.add_params(line, prop[1].as_object(), pointer + "/1");
  building.add(std::move(line), pointer,
               prop[3].is_array() ? ValueForm::components : ValueForm::raw);
}

void build_props(Building& building) {
  const value* props = building.rest.if_contains(props_member);
  if (props == nullptr) return;
  const std::string member(props_member);
  if (!props->is_array()) {
    building.fail(member, "must be a list");
    return;
  }
  std::size_t index = 0;
  for (const value& prop : props->as_array()) {
    build_prop(building, prop, member + "/" + std::to_string(index++));
  }
  building.rest.erase(member);
}

}  // namespace kith::vcard::jscontact
