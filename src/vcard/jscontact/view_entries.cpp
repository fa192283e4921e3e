#include <algorithm>

#include "base/text.hpp"
#include "vcard/jscontact/names.hpp"
#include "vcard/jscontact/viewing.hpp"
#include "vcard/values/charset.hpp"
#include "vcard/values/value.hpp"

namespace kith::vcard::jscontact {

namespace {

using boost::json::object;

void add_features(object& entry, Property& property) {
  object features;
  for (const FeatureRow& row : feature_rows) {
    if (property.take_type(row.type)) features[row.feature] = true;
  }
  if (!features.empty()) entry["features"] = std::move(features);
}

void add_note_details(object& entry, Property& property) {
  if (const std::string created = utc_date_time(property.take("CREATED")); !created.empty()) {
    entry["created"] = created;
  }
  object author;
  if (std::string uri = property.take("AUTHOR"); !uri.empty()) author["uri"] = uri;
  if (std::string name = property.take("AUTHOR-NAME"); !name.empty()) author["name"] = name;
  if (!author.empty()) entry["author"] = std::move(author);
}

void add_level(object& entry, Property& property) {
  const std::string level = ascii_lower(property.take("LEVEL"));
  if (level == "beginner" || level == "low") entry["level"] = "low";
  if (level == "average" || level == "medium") entry["level"] = "medium";
  if (level == "expert" || level == "high") entry["level"] = "high";
}

/// Maps INDEX, a positive number.
void add_list_as(object& entry, Property& property) {
  const std::string index = property.take("INDEX");
  constexpr std::size_t digits_max = 9;
  const bool is_number = !index.empty() && index.size() <= digits_max &&
                         index.find_first_not_of("0123456789") == std::string::npos;
  if (is_number && std::stoi(index) > 0) entry["listAs"] = std::stoi(index);
}

/// Adds what only entries of some members have.
void add_details(object& entry, Property& property, std::string_view member) {
  if (member == "phones") add_features(entry, property);
  if (member == "notes") add_note_details(entry, property);
  if (member == "personalInfo") add_level(entry, property);
  if (member == "personalInfo" || member == "directories") add_list_as(entry, property);
  if (std::string type = property.take("MEDIATYPE"); !type.empty()) entry["mediaType"] = type;
}

bool map_row(Viewing& viewing, Property& property) {
  const auto* row = std::ranges::find_if(
      entry_rows, [&](const EntryRow& r) { return property.line.is(r.property); });
  if (row == entry_rows.end()) return false;
  object entry;
  if (!row->kind.empty()) entry["kind"] = row->kind;
  if (row->is_media) {
    const Media media = media_of(property.line, property.meaning);
    if (media.kind == Media::Kind::text || media.kind == Media::Kind::none) return false;
    entry[row->key] = viewing.media_uri(entry, property);
    if (media.kind == Media::Kind::data) {
      std::erase_if(property.meaning.types, std::not_fn(is_place));
    }
  } else {
    entry[row->key] = property.text();
  }
  add_details(entry, property, row->member);
  viewing.put(row->member, property, std::move(entry));
  return true;
}

bool map_service_name(Viewing& viewing, Property& property) {
  const auto* row = std::ranges::find_if(
      service_rows, [&](const ServiceRow& r) { return property.line.is(r.property); });
  if (row == service_rows.end()) return false;
  object entry{{"service", row->service},
               {"user", property.text()},
               {name_member, ascii_lower(property.line.name)}};
  viewing.put("onlineServices", property, std::move(entry));
  return true;
}

/// Maps the URI of an on-line service.
bool map_service(Viewing& viewing, Property& property) {
  const bool is_impp = property.line.is("IMPP");
  const bool is_apple = property.line.is("X-SOCIALPROFILE");
  if (!is_impp && !is_apple && !property.line.is("SOCIALPROFILE")) return false;
  object entry;
  std::string service = property.take(is_apple || is_impp ? "X-SERVICE-TYPE" : "SERVICE-TYPE");
  if (service.empty()) service = property.take("SERVICE-TYPE");
  if (is_apple && service.empty()) {
    const auto type = std::ranges::find_if_not(property.meaning.types, is_place);
    if (type != property.meaning.types.end()) {
      service = clean(repaired_utf8(*type));
      property.meaning.types.erase(type);
    }
  }
  if (!service.empty()) entry["service"] = service;
  std::string user = property.take("USERNAME");
  if (user.empty()) user = property.take("X-USER");
  if (property.meaning.value == "text" && user.empty()) {
    entry["user"] = property.text();
  } else {
    entry["uri"] = property.text();
    if (!user.empty()) entry["user"] = user;
  }
  if (is_impp || is_apple) entry[name_member] = ascii_lower(property.line.name);
  viewing.put("onlineServices", property, std::move(entry));
  return true;
}

/// Maps NICKNAME: each value of its list is an entry, the first with what the line shares.
bool map_nicknames(Viewing& viewing, Property& property) {
  if (!property.line.is("NICKNAME")) return false;
  const std::vector<std::string> values = list_of(property.line);
  if (values.empty()) return false;
  object first{{"name", clean(values.front())}};
  const std::string id = viewing.id_of(property, "nicknames");
  viewing.add_shared(first, property);
  object& nicknames = viewing.object_at("nicknames");
  nicknames[id] = std::move(first);
  viewing.bind("nicknames/" + id, property);
  for (std::size_t i = 1; i < values.size(); ++i) {
    const std::string next = viewing.id_of(property, "nicknames");
    nicknames[next] = object{{"name", clean(values[i])}};
    viewing.bind("nicknames/" + next, property);
  }
  return true;
}

bool map_organization(Viewing& viewing, Property& property) {
  if (!property.line.is("ORG")) return false;
  object entry;
  boost::json::array units;
  const std::vector<Component> parts = components_of(property.line);
  const auto joined = [](const Component& values) { return clean(write_list(values)); };
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string text =
        parts[i].size() == 1 ? clean(parts[i].front()) : decode_text(joined(parts[i]));
    if (i == 0 && !text.empty()) entry["name"] = text;
    if (i > 0 && !text.empty()) units.push_back(object{{"name", text}});
  }
  if (!units.empty()) entry["units"] = std::move(units);
  if (entry.empty()) return false;
  if (std::string sort = property.take("SORT-AS"); !sort.empty()) entry["sortAs"] = sort;
  viewing.put("organizations", property, std::move(entry));
  return true;
}

}  // namespace

bool map_entry(Viewing& viewing, Property& property) {
  return map_row(viewing, property) || map_service_name(viewing, property) ||
         map_service(viewing, property) || map_nicknames(viewing, property) ||
         map_organization(viewing, property);
}

}  // namespace kith::vcard::jscontact
