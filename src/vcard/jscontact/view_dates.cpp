#include <array>

#include "base/digits.hpp"
#include "base/text.hpp"
#include "vcard/jscontact/viewing.hpp"
#include "vcard/values/apple_label.hpp"
#include "vcard/values/date.hpp"
#include "vcard/values/value.hpp"

namespace kith::vcard::jscontact {

namespace {

using boost::json::object;

struct DateRow {
  const char* property;
  std::string_view kind;
};

constexpr std::array date_rows{DateRow{"BDAY", "birth"}, DateRow{"DEATHDATE", "death"},
                               DateRow{"ANNIVERSARY", "wedding"},
                               DateRow{"X-ANNIVERSARY", "wedding"}, DateRow{"X-ABDATE", ""}};
constexpr std::array place_rows{DateRow{"BIRTHPLACE", "birth"}, DateRow{"DEATHPLACE", "death"}};

/// Returns a date as PartialDate, or as Timestamp if it has a time in UTC; empty if it is none.
object date_object(Property& property) {
  const std::string omitted = property.take("X-APPLE-OMIT-YEAR");
  const std::string scale = property.take("CALSCALE");
  const std::string text = property.text();
  const auto value =
      property.meaning.value == "text" ? std::nullopt : read_date(text, read_digits(omitted));
  if (!value) return {};
  if (const std::string utc = utc_date_time(text); !utc.empty() && value->date.is_complete()) {
    return {{"@type", "Timestamp"}, {"utc", utc}};
  }
  object date{{"@type", "PartialDate"}};
  if (value->date.year) date["year"] = *value->date.year;
  if (value->date.month) date["month"] = *value->date.month;
  if (value->date.day) date["day"] = *value->date.day;
  if (!scale.empty() && ascii_lower(scale) != "gregorian")
    date["calendarScale"] = ascii_lower(scale);
  return date;
}

/// Returns whether the label of an X-ABDATE says that it is a wedding anniversary.
bool is_wedding(const Property& property) {
  if (!property.label) return false;
  const std::string text = text_of(*property.label);
  return read_apple_label(text) == AppleLabel{"Anniversary", true};
}

void map_date(Viewing& viewing, Property& property, std::string_view kind) {
  object date = date_object(property);
  if (date.empty()) return;
  object entry{{"date", std::move(date)}};
  if (kind.empty() && is_wedding(property)) {
    kind = "wedding";
    viewing.hide_label(property);
  }
  if (!kind.empty()) entry["kind"] = kind;
  viewing.put("anniversaries", property, std::move(entry));
}

/// Returns the id of the first anniversary of a kind; empty if there is none.
std::string find_anniversary(Viewing& viewing, std::string_view kind) {
  if (!viewing.card.contains("anniversaries")) return {};
  for (const auto& pair : viewing.object_at("anniversaries")) {
    const boost::json::value* found = pair.value().as_object().if_contains("kind");
    if (found != nullptr && *found == boost::json::value(kind)) return std::string(pair.key());
  }
  return {};
}

void map_place(Viewing& viewing, const Property& property, std::string_view kind) {
  const std::string id = find_anniversary(viewing, kind);
  const std::string text = property.text();
  if (id.empty() || text.empty()) return;
  const bool is_point = ascii_lower(text.substr(0, 4)) == "geo:";
  object& entry = viewing.object_at("anniversaries")[id].as_object();
  entry["place"] = object{{is_point ? "coordinates" : "full", text}};
  viewing.bind("anniversaries/" + id + "/place", property);
}

}  // namespace

void map_anniversaries(Viewing& viewing) {
  for (const DateRow& row : date_rows) {
    for (Property& property : viewing.unmapped(row.property)) {
      map_date(viewing, property, row.kind);
    }
  }
  for (const DateRow& row : place_rows) {
    const auto place = viewing.document.find(row.property);
    if (place) map_place(viewing, viewing.property_at(place->index), row.kind);
  }
}

}  // namespace kith::vcard::jscontact
