#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "vcard/convert/reshape.hpp"
#include "vcard/values/apple_label.hpp"
#include "vcard/values/lists.hpp"
#include "vcard/values/tel.hpp"

namespace kith::vcard::conversion {

namespace {

/// Cards with more lines keep each property on one line, so that the result has at most
/// `lines_max`.
constexpr std::size_t lines_lowered_max = lines_max / 4;

struct Renaming {
  const char* v4;
  const char* v3;
};

constexpr std::array renamings{Renaming{"MEMBER", "X-ADDRESSBOOKSERVER-MEMBER"},
                               Renaming{"GENDER", "X-GENDER"}, Renaming{"LANG", "X-LANG"}};

void lower_kind(Property& property) {
  const std::string kind = ascii_lower(trimmed(property.value));
  if (kind == "group") {
    property.name = "X-ADDRESSBOOKSERVER-KIND";
  } else if (kind == "org") {
    property.name = "X-ABShowAs";
    property.value = "COMPANY";
  }
}

/// `geo:1,2` becomes `1;2`. Other URIs, such as those with an altitude, stay.
void lower_geo(Property& property) {
  const std::string_view value = trimmed(property.value);
  if (ascii_lower(value.substr(0, 4)) != "geo:") return;
  const std::string_view point = value.substr(4);
  const std::size_t comma = point.find(',');
  const bool is_plain = comma != std::string_view::npos &&
                        point.find_first_not_of("0123456789.,-+") == std::string_view::npos &&
                        point.find(',', comma + 1) == std::string_view::npos;
  if (!is_plain) return;
  std::string pair(point);
  pair[comma] = ';';
  property.value = std::move(pair);
  property.value_type.clear();
}

void lower_phone(Property& property) {
  if (property.value_type == "text") property.value_type.clear();
  if (!is_tel_uri(trimmed(property.value)) || has_hidden_parameters(property.value)) return;
  property.value = encode_text(shown_phone(property.value));
  property.value_type.clear();
}

void rename(Property& property) {
  const auto* found = std::ranges::find_if(
      renamings, [&](const Renaming& renaming) { return property.is(renaming.v4); });
  if (found == renamings.end()) return;
  property.name = found->v3;
  property.value_type.clear();
}

void spell_date(Property& property) {
  const bool is_date = reshape_date(property, Version::v3_0);
  if (!is_date || property.is("REV")) property.value_type.clear();
}

/// Steps that may add lines.
class Lowering {
 public:
  explicit Lowering(Properties& properties) : properties_(properties), free_groups_(properties) {}

  void run() {
    Properties out;
    out.reserve(properties_.size());
    for (Property& property : properties_) lower(std::move(property), out);
    properties_ = std::move(out);
    if (may_add_lines()) lower_address_labels(properties_, free_groups_);
  }

 private:
  bool may_add_lines() const { return properties_.size() <= lines_lowered_max; }

  void lower(Property property, Properties& out) {
    if (property.is("ANNIVERSARY")) {
      lower_anniversary(std::move(property), out);
    } else if (property.is("RELATED") && property.value_type == "text") {
      lower_relation(std::move(property), out);
    } else {
      const auto sort_as = property.is("N") ? property.take("SORT-AS") : std::vector<std::string>();
      lower_alone(property);
      out.push_back(std::move(property));
      add_sort_string(sort_as, out);
    }
  }

  static void lower_alone(Property& property) {
    if (property.is("KIND")) {
      lower_kind(property);
    } else if (property.is("GEO")) {
      lower_geo(property);
    } else if (property.is("TEL")) {
      lower_phone(property);
    } else if (property.is("BDAY") || property.is("REV")) {
      spell_date(property);
    } else {
      rename(property);
    }
  }

  void add_sort_string(const std::vector<std::string>& sort_as, Properties& out) const {
    if (sort_as.empty() || !may_add_lines()) return;
    const std::string first = sort_as.front().substr(0, sort_as.front().find(','));
    if (!first.empty()) out.push_back({.name = "SORT-STRING", .value = encode_text(first)});
  }

  void lower_anniversary(Property property, Properties& out) {
    const bool is_date = reshape_date(property, Version::v3_0);
    if (!is_date) property.value_type.clear();
    if (!is_date || !property.group.empty() || !may_add_lines()) {
      property.name = "X-ANNIVERSARY";
      out.push_back(std::move(property));
      return;
    }
    property.name = "X-ABDATE";
    add_labelled(std::move(property), write_apple_label({"Anniversary", true}), out);
  }

  void lower_relation(Property property, Properties& out) {
    property.name = "X-ABRELATEDNAMES";
    property.value_type.clear();
    const auto type = std::ranges::find_if(
        property.types, [](const std::string& t) { return !relation_label(t).empty(); });
    const bool stays = !property.group.empty() || !may_add_lines();
    if (stays || type == property.types.end()) {
      out.push_back(std::move(property));
      return;
    }
    const std::string label = relation_label(*type);
    property.types.erase(type);
    add_labelled(std::move(property), label, out);
  }

  void add_labelled(Property property, std::string_view label, Properties& out) {
    property.group = free_groups_.next();
    Property line{.group = property.group, .name = "X-ABLABEL", .value = encode_text(label)};
    out.push_back(std::move(property));
    out.push_back(std::move(line));
  }

  Properties& properties_;
  FreeGroups free_groups_;
};

}  // namespace

void spell_dates_as_v3(Properties& properties) {
  for (Property& property : properties) {
    if (property.is("BDAY") || property.is("REV")) spell_date(property);
  }
}

void lower_to_v3(Properties& properties) { Lowering(properties).run(); }

}  // namespace kith::vcard::conversion
