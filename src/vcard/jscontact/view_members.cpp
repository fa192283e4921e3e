#include <algorithm>
#include <array>

#include <boost/json/parse.hpp>

#include "base/text.hpp"
#include "vcard/convert/reshape.hpp"
#include "vcard/jscontact/pointer.hpp"
#include "vcard/jscontact/viewing.hpp"
#include "vcard/values/date.hpp"
#include "vcard/values/value.hpp"

namespace kith::vcard::jscontact {

namespace {

using boost::json::object;

/// Sets a member that is a text. Returns false if the card has it already.
bool put_text(Viewing& viewing, std::string_view member, const Property& property,
              std::string text) {
  if (text.empty() || viewing.card.contains(member)) return false;
  viewing.card[member] = std::move(text);
  viewing.bind(std::string(member), property);
  return true;
}

bool map_kind(Viewing& viewing, const Property& property) {
  if (property.line.is("KIND") || property.line.is("X-ADDRESSBOOKSERVER-KIND")) {
    return put_text(viewing, "kind", property, ascii_lower(trimmed(property.text())));
  }
  const bool is_company =
      property.line.is("X-ABSHOWAS") && ascii_lower(trimmed(property.text())) == "company" &&
      !viewing.document.find("KIND") && !viewing.document.find("X-ADDRESSBOOKSERVER-KIND");
  return is_company && put_text(viewing, "kind", property, "org");
}

bool map_text(Viewing& viewing, const Property& property) {
  struct Row {
    const char* name;
    const char* member;
    bool is_time;
  };
  constexpr std::array rows{Row{"UID", "uid", false}, Row{"PRODID", "prodId", false},
                            Row{"LANGUAGE", "language", false}, Row{"REV", "updated", true},
                            Row{"CREATED", "created", true}};
  const auto* row =
      std::ranges::find_if(rows, [&](const Row& r) { return property.line.is(r.name); });
  if (row == rows.end()) return false;
  const std::string text(trimmed(property.text()));
  return put_text(viewing, row->member, property, row->is_time ? utc_date_time(text) : text);
}

bool map_set(Viewing& viewing, const Property& property) {
  if (property.line.is("CATEGORIES")) {
    const auto values = list_of(property.line);
    if (values.empty()) return false;
    for (const std::string& value : values) viewing.object_at("keywords")[clean(value)] = true;
    viewing.bind("keywords", property);
    return true;
  }
  if (!property.line.is("MEMBER") && !property.line.is("X-ADDRESSBOOKSERVER-MEMBER")) return false;
  const std::string uid(trimmed(property.text()));
  if (uid.empty()) return false;
  viewing.object_at("members")[uid] = true;
  viewing.bind(pointer_to("members", uid), property);
  return true;
}

/// Adds the relations of one line to those of others with the same key.
void merge_relation(object& all, const std::string& key, object entry) {
  const auto [place, is_new] = all.emplace(key, entry);
  if (is_new) return;
  object& relations = place->value().as_object()["relation"].as_object();
  for (const auto& pair : entry["relation"].as_object()) {
    relations.insert_or_assign(pair.key(), pair.value());
  }
}

bool map_relation(Viewing& viewing, Property& property) {
  const bool is_apple = property.line.is("X-ABRELATEDNAMES");
  if (!is_apple && !property.line.is("RELATED")) return false;
  const std::string key = property.text();
  if (key.empty()) return false;
  object relations;
  for (const std::string& type : std::vector(property.meaning.types)) {
    if (conversion::relation_label(type).empty()) continue;
    relations[type] = true;
    property.take_type(type);
  }
  if (property.label) {
    const std::string type = conversion::relation_type(text_of(*property.label));
    if (!type.empty()) {
      relations[type] = true;
      viewing.hide_label(property);
    }
  }
  object entry{{"relation", std::move(relations)}};
  viewing.add_shared(entry, property);
  merge_relation(viewing.object_at("relatedTo"), key, std::move(entry));
  viewing.bind(pointer_to("relatedTo", key), property);
  return true;
}

bool map_speaking(Viewing& viewing, Property& property) {
  if (property.line.is("GRAMGENDER")) {
    const std::string gender = ascii_lower(trimmed(property.text()));
    if (gender.empty()) return false;
    object& speaking = viewing.object_at("speakToAs");
    if (!speaking.emplace("grammaticalGender", gender).second) return false;
    viewing.bind("speakToAs/grammaticalGender", property);
    return true;
  }
  if (!property.line.is("PRONOUNS") || property.text().empty()) return false;
  const std::string id = viewing.id_of(property, "speakToAs/pronouns");
  object entry{{"pronouns", property.text()}};
  viewing.add_shared(entry, property);
  boost::json::value& all = viewing.object_at("speakToAs")["pronouns"];
  if (!all.is_object()) all.emplace_object();
  all.as_object()[id] = std::move(entry);
  viewing.bind("speakToAs/pronouns/" + id, property);
  return true;
}

/// Sets a value that is missing. Returns false if there is one, or no object to set it in.
bool set_at(object& root, std::string_view pointer, boost::json::value value) {
  object* parent = &root;
  while (true) {
    std::string name = take_name(pointer);
    if (name.empty()) return false;
    if (pointer.empty()) return parent->emplace(name, std::move(value)).second;
    boost::json::value& next = (*parent)[name];
    if (next.is_null()) next.emplace_object();
    if (!next.is_object()) return false;
    parent = &next.as_object();
  }
}

bool apply_pointer(Viewing& viewing, Property& property) {
  constexpr std::size_t names_max = 32;
  std::string pointer = property.take("JSPTR");
  if (pointer.starts_with('/')) pointer.erase(0, 1);
  if (pointer.empty() || std::ranges::count(pointer, '/') >= std::ptrdiff_t{names_max})
    return false;
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(property.text(), error);
  if (error || !set_at(viewing.card, pointer, std::move(value))) return false;
  viewing.bind(pointer, property);
  return true;
}

}  // namespace

std::string utc_date_time(std::string_view text) {
  const auto value = read_date(text);
  if (!value || !value->date.is_complete()) return {};
  const std::string time = write_time(value->time, DateForm::extended);
  constexpr std::string_view form = "T00:00:00";
  const bool is_utc = time.size() > form.size() && time.ends_with('Z') &&
                      (time.size() == form.size() + 1 || time[form.size()] == '.');
  return is_utc ? write_date(value->date, DateForm::extended) + time : std::string();
}

bool map_member(Viewing& viewing, Property& property) {
  return map_kind(viewing, property) || map_text(viewing, property) || map_set(viewing, property) ||
         map_relation(viewing, property) || map_speaking(viewing, property);
}

void apply_pointers(Viewing& viewing) {
  for (Property& property : viewing.unmapped("JSPROP")) {
    Property original = property;
    if (!apply_pointer(viewing, property)) viewing.add_prop(original);
  }
}

}  // namespace kith::vcard::jscontact
