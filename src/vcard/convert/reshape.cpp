#include "vcard/convert/reshape.hpp"

#include <algorithm>
#include <array>

#include "base/digits.hpp"
#include "base/text.hpp"
#include "vcard/values/apple_label.hpp"
#include "vcard/values/date.hpp"

namespace kith::vcard::conversion {

namespace {

/// A type of RELATED, and the name that Apple's programs translate; empty: they have none.
struct Relation {
  std::string_view type;
  std::string_view label = {};
};

constexpr std::array relations{Relation{"spouse", "Spouse"},
                               Relation{"child", "Child"},
                               Relation{"parent", "Parent"},
                               Relation{"friend", "Friend"},
                               Relation{"contact"},
                               Relation{"acquaintance"},
                               Relation{"met"},
                               Relation{"co-worker"},
                               Relation{"colleague"},
                               Relation{"co-resident"},
                               Relation{"neighbor"},
                               Relation{"sibling"},
                               Relation{"kin"},
                               Relation{"muse"},
                               Relation{"crush"},
                               Relation{"date"},
                               Relation{"sweetheart"},
                               Relation{"me"},
                               Relation{"agent"},
                               Relation{"emergency"}};

/// Returns the year that X-APPLE-OMIT-YEAR names.
std::optional<int> take_omitted_year(Property& property) {
  const auto values = property.take("X-APPLE-OMIT-YEAR");
  return values.empty() ? std::nullopt : read_digits(values.front());
}

std::string v3_date(Property& property, const DateValue& value) {
  PartialDate date = value.date;
  if (date.month && date.day && !date.year) {
    property.params.push_back({.name = "X-APPLE-OMIT-YEAR", .values = {"1604"}});
    date.year = omitted_year;
  }
  property.value_type = value.time.empty() ? "" : "date-time";
  return write_date(date, DateForm::extended) + write_time(value.time, DateForm::extended);
}

std::string v4_date(Property& property, const DateValue& value) {
  property.value_type.clear();
  return write_date(value.date, DateForm::basic) + write_time(value.time, DateForm::basic);
}

}  // namespace

GroupIndex::GroupIndex(const Properties& properties) {
  for (const Property& property : properties) {
    if (property.group.empty()) continue;
    Group& group = groups_[ascii_lower(property.group)];
    ++group.members;
    if (property.is("X-ABLABEL")) group.label = property.text();
  }
}

std::string_view GroupIndex::own_label(std::string_view group) const {
  const auto found = groups_.find(ascii_lower(group));
  if (found == groups_.end() || found->second.members != 2) return {};
  return found->second.label;
}

std::string relation_label(std::string_view lower_type) {
  const auto* found = std::ranges::find(relations, lower_type, &Relation::type);
  if (found == relations.end()) return {};
  return found->label.empty() ? std::string(found->type) : write_apple_label({found->label, true});
}

std::string relation_type(std::string_view label) {
  const auto* found = std::ranges::find_if(
      relations, [&](const Relation& relation) { return relation_label(relation.type) == label; });
  return found == relations.end() ? std::string() : std::string(found->type);
}

bool reshape_date(Property& property, Version version) {
  const auto omit_year = take_omitted_year(property);
  const std::string raw = property.text();
  const auto value = property.value_type == "text" ? std::nullopt : read_date(raw, omit_year);
  if (!value) {
    property.value_type = trimmed(raw).empty() ? "" : "text";
    return false;
  }
  property.value = version == Version::v4_0 ? v4_date(property, *value) : v3_date(property, *value);
  return true;
}

}  // namespace kith::vcard::conversion
