#include "vcard/jscontact/card.hpp"

#include "vcard/jscontact/building.hpp"
#include "vcard/values/text.hpp"

namespace kith::vcard::jscontact {

namespace {

/// Writes the full names in other languages.
void build_localizations(Building& building) {
  for (Entry& entry : building.take_entries(building.rest, "localizations", "")) {
    const auto full = building.take_text(entry.rest, "name/full", entry.pointer());
    if (full) {
      building.add({.name = "FN",
                    .value = encode_text(*full),
                    .params = {{"LANGUAGE", {entry.id}}},
                    .group = {}},
                   entry.pointer());
    }
    building.keep_rest(entry.pointer(), entry.rest);
  }
}

}  // namespace

void build_all(Building& building) {
  build_name(building);
  build_localizations(building);
  build_members(building);
  build_entries(building);
  build_addresses(building);
  build_anniversaries(building);
}

std::expected<std::string, ShapeError> new_card(const boost::json::object& card) {
  Building building(card);
  build_all(building);
  build_props(building);
  building.keep_rest("", building.rest);
  return std::move(building).finish();
}

}  // namespace kith::vcard::jscontact
