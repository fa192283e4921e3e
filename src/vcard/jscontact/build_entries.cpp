#include <algorithm>

#include "base/text.hpp"
#include "vcard/jscontact/building.hpp"
#include "vcard/jscontact/names.hpp"
#include "vcard/jscontact/viewing.hpp"
#include "vcard/values/lists.hpp"
#include "vcard/values/media.hpp"
#include "vcard/values/tel.hpp"

namespace kith::vcard::jscontact {

namespace {

using boost::json::object;
using boost::json::value;

/// Returns the row for an entry: that of its kind, or the first of its member.
const EntryRow* find_row(std::string_view member, std::string_view kind) {
  const EntryRow* first = nullptr;
  for (const EntryRow& row : entry_rows) {
    if (row.member != member || row.property.starts_with("X-")) continue;
    if (row.kind == kind) return &row;
    if (first == nullptr && kind.empty()) first = &row;
  }
  return first;
}

/// A member of an entry and the parameter of vCard.
struct Renamed {
  const char* key;
  const char* param;
};

/// Moves a text of the entry into a parameter.
void add_param(Building& building, NewLine& line, Entry& entry, const Renamed& renamed) {
  if (auto text = building.take_text(entry.rest, renamed.key, entry.pointer())) {
    line.params.push_back({renamed.param, {std::move(*text)}});
  }
}

void add_features(NewLine& line, object& entry) {
  const value* features = entry.if_contains("features");
  if (features == nullptr || !features->is_object()) return;
  object rest = features->as_object();
  for (const FeatureRow& row : feature_rows) {
    if (rest.erase(row.feature) > 0) line.params.push_back({"TYPE", {std::string(row.type)}});
  }
  if (rest.empty()) {
    entry.erase("features");
  } else {
    entry["features"] = std::move(rest);
  }
}

void add_level(NewLine& line, object& entry) {
  const value* level = entry.if_contains("level");
  if (level == nullptr || !level->is_string()) return;
  std::string text = text_of_json(*level);
  if (text != "low" && text != "medium" && text != "high") return;
  if (line.name == "EXPERTISE") {
    text = text == "low" ? "beginner" : text == "medium" ? "average" : "expert";
  }
  line.params.push_back({"LEVEL", {std::move(text)}});
  entry.erase("level");
}

void add_list_as(NewLine& line, object& entry) {
  constexpr std::int64_t last = 999'999'999;
  const value* index = entry.if_contains("listAs");
  if (index == nullptr || !index->is_int64()) return;
  if (index->as_int64() < 1 || index->as_int64() > last) return;
  line.params.push_back({"INDEX", {std::to_string(index->as_int64())}});
  entry.erase("listAs");
}

void add_author(Building& building, NewLine& line, Entry& entry) {
  object author = building.take_object(entry.rest, "author", entry.pointer());
  const std::string pointer = entry.pointer("author");
  if (auto uri = building.take_text(author, "uri", pointer)) {
    line.params.push_back({"AUTHOR", {std::move(*uri)}});
  }
  if (auto name = building.take_text(author, "name", pointer)) {
    line.params.push_back({"AUTHOR-NAME", {std::move(*name)}});
  }
  building.keep_rest(pointer, author);
}

/// Adds the parameters that only entries of some members have.
void add_details(Building& building, NewLine& line, Entry& entry) {
  if (entry.member == "phones") add_features(line, entry.rest);
  if (entry.member == "personalInfo") add_level(line, entry.rest);
  if (entry.member == "personalInfo" || entry.member == "directories") {
    add_list_as(line, entry.rest);
  }
  if (entry.member == "notes") {
    add_param(building, line, entry, {"created", "CREATED"});
    add_author(building, line, entry);
  }
}

void build_row_entry(Building& building, Entry& entry) {
  const std::string kind = building.take_text(entry.rest, "kind", entry.pointer()).value_or("");
  const EntryRow* row = find_row(entry.member, kind);
  if (row == nullptr) {
    entry.rest["kind"] = kind;
    building.keep(entry.pointer(), entry.rest);
    return;
  }
  auto text = building.take_text(entry.rest, row->key, entry.pointer());
  if (!text) {
    building.fail(entry.pointer(row->key), "is required and must be a string");
    return;
  }
  NewLine line{.name = std::string(row->property), .value = {}, .params = {}, .group = {}};
  const bool is_link = row->key == "uri";
  if (row->member == "phones" && is_tel_uri(*text)) line.params.push_back({"VALUE", {"uri"}});
  const bool is_raw = is_link || !line.params.empty();
  line.value = is_raw ? encode_uri(*text) : encode_text(*text);
  const bool is_data = row->is_media && ascii_lower(line.value.substr(0, 5)) == "data:";
  if (is_data) entry.rest.erase("mediaType");
  add_param(building, line, entry, {"mediaType", "MEDIATYPE"});
  add_details(building, line, entry);
  const ValueForm form = row->is_media ? ValueForm::media
                         : is_raw      ? ValueForm::uri
                                       : ValueForm::text;
  building.add_entry(entry, std::move(line), form);
}

void build_service(Building& building, Entry& entry) {
  const std::string name =
      building.take_text(entry.rest, name_member, entry.pointer()).value_or("socialprofile");
  NewLine line{.name = upper_name(name), .value = {}, .params = {}, .group = {}};
  const auto* row = std::ranges::find(service_rows, line.name, &ServiceRow::property);
  auto user = building.take_text(entry.rest, "user", entry.pointer());
  if (row != service_rows.end() && user) {
    entry.rest.erase("service");
    line.value = encode_text(*user);
    building.add_entry(entry, std::move(line));
    return;
  }
  const bool is_apple = line.name == "X-SOCIALPROFILE";
  if (!is_apple && line.name != "IMPP") line.name = "SOCIALPROFILE";
  add_param(building, line, entry, {"service", is_apple ? "X-SERVICE-TYPE" : "SERVICE-TYPE"});
  auto uri = building.take_text(entry.rest, "uri", entry.pointer());
  if (uri) {
    if (user) line.params.push_back({is_apple ? "X-USER" : "USERNAME", {std::move(*user)}});
    line.value = encode_uri(*uri);
  } else if (user) {
    line.params.push_back({"VALUE", {"text"}});
    line.value = encode_text(*user);
  } else {
    building.fail(entry.pointer(), "must have uri or user");
  }
  building.add_entry(entry, std::move(line), uri ? ValueForm::uri : ValueForm::text);
}

void build_nickname(Building& building, Entry& entry) {
  const auto name = building.take_text(entry.rest, "name", entry.pointer());
  if (!name) building.fail(entry.pointer("name"), "is required and must be a string");
  NewLine line{
      .name = "NICKNAME", .value = encode_text(name.value_or("")), .params = {}, .group = {}};
  building.add_entry(entry, std::move(line), ValueForm::list);
}

void build_organization(Building& building, Entry& entry) {
  std::vector<Component> parts{
      {building.take_text(entry.rest, "name", entry.pointer()).value_or("")}};
  if (const value* units = entry.rest.if_contains("units"); units && units->is_array()) {
    for (const value& unit : units->as_array()) {
      const value* name = unit.is_object() ? unit.as_object().if_contains("name") : nullptr;
      if (name == nullptr || !name->is_string()) {
        building.fail(entry.pointer("units"), "must be a list of objects with a name");
        return;
      }
      parts.push_back({text_of_json(*name)});
    }
    entry.rest.erase("units");
  }
  NewLine line{.name = "ORG", .value = write_components(parts), .params = {}, .group = {}};
  add_param(building, line, entry, {"sortAs", "SORT-AS"});
  building.add_entry(entry, std::move(line), ValueForm::components);
}

template <class Build>
void build_each(Building& building, std::string_view member, Build&& build) {
  for (Entry& entry : building.take_entries(building.rest, member, "")) build(building, entry);
}

}  // namespace

void build_entries(Building& building) {
  for (const char* member :
       {"emails", "phones", "notes", "titles", "links", "directories", "calendars",
        "schedulingAddresses", "preferredLanguages", "personalInfo", "media", "cryptoKeys"}) {
    build_each(building, member, build_row_entry);
  }
  build_each(building, "onlineServices", build_service);
  build_each(building, "nicknames", build_nickname);
  build_each(building, "organizations", build_organization);
}

}  // namespace kith::vcard::jscontact
