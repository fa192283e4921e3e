#include <algorithm>
#include <array>
#include <set>

#include "base/text.hpp"
#include "vcard/convert/reshape.hpp"
#include "vcard/values/apple_label.hpp"
#include "vcard/values/date.hpp"
#include "vcard/values/tel.hpp"

namespace kith::vcard::conversion {

namespace {

bool is_number(std::string_view text) {
  text = trimmed(text);
  return !text.empty() && text.find_first_not_of("0123456789.-+") == std::string_view::npos;
}

/// `1;2` becomes `geo:1,2` (RFC 5870); 2.1 has a comma.
void raise_geo(Property& property) {
  const std::string_view value = property.value;
  const std::size_t middle = value.find_first_of(";,");
  if (middle == std::string_view::npos) return;
  const std::string_view latitude = trimmed(value.substr(0, middle));
  const std::string_view longitude = trimmed(value.substr(middle + 1));
  if (!is_number(latitude) || !is_number(longitude)) return;
  property.value = std::string("geo:").append(latitude).append(",").append(longitude);
  property.value_type.clear();
}

/// Returns whether a value of X-GENDER is one of GENDER (RFC 6350, section 6.2.7).
bool is_gender(std::string_view value) {
  constexpr std::string_view codes = "MFONU";
  const std::string_view code = value.substr(0, value.find(';'));
  return !value.empty() && (code.empty() || (code.size() == 1 && codes.contains(code.front())));
}

void raise_phone(Property& property) {
  if (is_tel_uri(trimmed(property.value))) {
    property.value_type = "uri";
  } else if (!is_uri(property.value)) {
    property.value_type.clear();
  }
}

class Raising {
 public:
  explicit Raising(Properties& properties) : properties_(properties), groups_(properties) {
    for (const Property& property : properties) {
      has_kind_ = has_kind_ || property.is("KIND") || property.is("X-ADDRESSBOOKSERVER-KIND");
    }
  }

  void run() {
    raise_address_labels(properties_);
    for (Property& property : properties_) raise(property);
    std::erase_if(properties_, [&](const Property& property) {
      return property.is("X-ABLABEL") && dropped_.contains(ascii_lower(property.group));
    });
    for (Property& property : properties_) {
      if (dropped_.contains(ascii_lower(property.group))) property.group.clear();
    }
    raise_sort_string();
  }

 private:
  void raise(Property& property) {
    if (property.is("X-ADDRESSBOOKSERVER-KIND")) {
      property.name = "KIND";
    } else if (property.is("X-ADDRESSBOOKSERVER-MEMBER")) {
      property.name = "MEMBER";
    } else if (property.is("X-ABSHOWAS")) {
      raise_show_as(property);
    } else if (property.is("X-LANG")) {
      property.name = "LANG";
    } else if (property.is("X-GENDER")) {
      if (is_gender(property.value)) property.name = "GENDER";
    } else if (property.is("X-ABRELATEDNAMES")) {
      raise_relation(property);
    } else {
      raise_value(property);
    }
  }

  void raise_value(Property& property) {
    if (property.is("GEO")) {
      raise_geo(property);
    } else if (property.is("TEL")) {
      raise_phone(property);
    } else if (property.is("BDAY")) {
      reshape_date(property, Version::v4_0);
    } else if (property.is("REV")) {
      reshape_date(property, Version::v4_0);
      property.value_type.clear();
    } else if (property.is("X-ANNIVERSARY") || property.is("ANNIVERSARY")) {
      property.name = "ANNIVERSARY";
      reshape_date(property, Version::v4_0);
    } else if (property.is("X-ABDATE")) {
      raise_apple_date(property);
    }
  }

  void raise_show_as(Property& property) {
    if (has_kind_ || ascii_lower(trimmed(property.value)) != "company") return;
    property.name = "KIND";
    property.value = "org";
    has_kind_ = true;
  }

  void raise_relation(Property& property) {
    property.name = "RELATED";
    property.value_type = "text";
    const std::string type = relation_type(groups_.own_label(property.group));
    if (type.empty()) return;
    if (std::ranges::find(property.types, type) == property.types.end()) {
      property.types.insert(property.types.begin(), type);
    }
    dropped_.insert(ascii_lower(property.group));
  }

  void raise_apple_date(Property& property) {
    const AppleLabel label = read_apple_label(groups_.own_label(property.group));
    if (!label.is_well_known || label.name != "Anniversary") return;
    property.name = "ANNIVERSARY";
    reshape_date(property, Version::v4_0);
    dropped_.insert(ascii_lower(property.group));
  }

  /// Moves SORT-STRING into the N that it sorts. A list of SORT-AS cannot have a comma in a value.
  void raise_sort_string() {
    const auto name = std::ranges::find_if(properties_, [](const auto& p) { return p.is("N"); });
    const auto sort =
        std::ranges::find_if(properties_, [](const auto& p) { return p.is("SORT-STRING"); });
    if (name == properties_.end() || sort == properties_.end()) return;
    constexpr std::size_t bytes_max = 1024;
    std::string text = sort->text();
    const bool fits = !text.empty() && text.size() <= bytes_max && trimmed(text) == text &&
                      text.find_first_of(",\n") == std::string::npos;
    if (!fits || !name->take("SORT-AS").empty()) return;
    name->params.push_back({.name = "SORT-AS", .values = {std::move(text)}});
    properties_.erase(sort);
  }

  Properties& properties_;
  GroupIndex groups_;
  bool has_kind_ = false;
  std::set<std::string> dropped_;  ///< groups whose label became something else
};

}  // namespace

void raise_to_v4(Properties& properties) { Raising(properties).run(); }

}  // namespace kith::vcard::conversion
