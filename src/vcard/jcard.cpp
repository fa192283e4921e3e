#include "vcard/jcard.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include "base/text.hpp"
#include "vcard/convert/convert.hpp"
#include "vcard/jscontact/viewing.hpp"
#include "vcard/values/charset.hpp"
#include "vcard/values/date.hpp"
#include "vcard/values/media.hpp"
#include "vcard/values/value.hpp"

namespace kith::vcard {

namespace {

using boost::json::array;
using boost::json::object;
using boost::json::value;

/// How the value of a property is divided.
enum class Shape : std::uint8_t { single, list, structured };

/// A property and the default type of its value (RFC 6350, section 6, and its extensions).
struct DefaultType {
  const char* name;
  std::string_view type;
  Shape shape = Shape::single;
};

constexpr std::string_view text_type = "text";
constexpr std::string_view uri_type = "uri";
constexpr std::string_view date_type = "date-and-or-time";
constexpr std::string_view unknown_type = "unknown";

constexpr std::array default_types{
    DefaultType{"SOURCE", uri_type},
    DefaultType{"KIND", text_type},
    DefaultType{"XML", text_type},
    DefaultType{"FN", text_type},
    DefaultType{"N", text_type, Shape::structured},
    DefaultType{"NICKNAME", text_type, Shape::list},
    DefaultType{"PHOTO", uri_type},
    DefaultType{"BDAY", date_type},
    DefaultType{"ANNIVERSARY", date_type},
    DefaultType{"GENDER", text_type, Shape::structured},
    DefaultType{"ADR", text_type, Shape::structured},
    DefaultType{"TEL", text_type},
    DefaultType{"EMAIL", text_type},
    DefaultType{"IMPP", uri_type},
    DefaultType{"LANG", "language-tag"},
    DefaultType{"TZ", text_type},
    DefaultType{"GEO", uri_type},
    DefaultType{"TITLE", text_type},
    DefaultType{"ROLE", text_type},
    DefaultType{"LOGO", uri_type},
    DefaultType{"ORG", text_type, Shape::structured},
    DefaultType{"MEMBER", uri_type},
    DefaultType{"RELATED", uri_type},
    DefaultType{"CATEGORIES", text_type, Shape::list},
    DefaultType{"NOTE", text_type},
    DefaultType{"PRODID", text_type},
    DefaultType{"REV", "timestamp"},
    DefaultType{"SOUND", uri_type},
    DefaultType{"UID", uri_type},
    DefaultType{"CLIENTPIDMAP", text_type, Shape::structured},
    DefaultType{"URL", uri_type},
    DefaultType{"VERSION", text_type},
    DefaultType{"KEY", uri_type},
    DefaultType{"FBURL", uri_type},
    DefaultType{"CALADRURI", uri_type},
    DefaultType{"CALURI", uri_type},
    DefaultType{"BIRTHPLACE", text_type},     // RFC 6474
    DefaultType{"DEATHPLACE", text_type},     // RFC 6474
    DefaultType{"DEATHDATE", date_type},      // RFC 6474
    DefaultType{"EXPERTISE", text_type},      // RFC 6715
    DefaultType{"HOBBY", text_type},          // RFC 6715
    DefaultType{"INTEREST", text_type},       // RFC 6715
    DefaultType{"ORG-DIRECTORY", uri_type},   // RFC 6715
    DefaultType{"CONTACT-URI", uri_type},     // RFC 8605
    DefaultType{"CREATED", "timestamp"},      // RFC 9554
    DefaultType{"GRAMGENDER", text_type},     // RFC 9554
    DefaultType{"LANGUAGE", "language-tag"},  // RFC 9554
    DefaultType{"PRONOUNS", text_type},       // RFC 9554
    DefaultType{"SOCIALPROFILE", uri_type},   // RFC 9554
    DefaultType{"JSPROP", text_type},         // RFC 9555
};

/// Parameters that stand elsewhere in jCard, or say how 2.1 and 3.0 encode a value.
constexpr std::array left_out_params{"VALUE", "ENCODING", "CHARSET"};

std::string cleaned(std::string_view text) { return jscontact::clean(repaired_utf8(text)); }

/// Adds values to those that a parameter has.
void add_values(object& params, const std::string& name, const std::vector<std::string>& values) {
  for (const std::string& each : values) {
    value& place = params[name];
    if (place.is_null()) {
      place = each;
    } else if (place.is_array()) {
      place.as_array().emplace_back(each);
    } else {
      place = array{std::move(place), each};
    }
  }
}

object params_of(const Line& line, const std::vector<Param>& params) {
  object out;
  for (const Param& param : params) {
    const bool is_left_out =
        std::ranges::any_of(left_out_params, [&](const char* name) { return param.is(name); });
    if (is_left_out || param.name.empty()) continue;
    std::vector<std::string> values = param.values();
    for (std::string& each : values) each = cleaned(each);
    add_values(out, cleaned(ascii_lower(param.name)), values);
  }
  if (!line.group.empty()) out["group"] = cleaned(ascii_lower(line.group));
  return out;
}

/// Returns the type of a text that the default of its property does not describe.
std::string_view fitting(std::string_view type, std::string_view text) {
  if (type == uri_type && !is_uri(text)) return text_type;
  if (type == date_type && !read_date(text)) return text_type;
  return type;
}

/// Returns a date, a time or an offset in the extended form.
std::string extended(std::string_view text) {
  if (const auto date = read_date(text)) {
    return write_date(date->date, DateForm::extended) + write_time(date->time, DateForm::extended);
  }
  return std::string(text);
}

/// Returns `-05:00` of `-0500`.
std::string extended_offset(std::string_view text) {
  constexpr std::string_view basic = "+0000";
  const bool is_basic = text.size() == basic.size() && (text[0] == '+' || text[0] == '-') &&
                        text.find_first_not_of("0123456789", 1) == std::string_view::npos;
  if (!is_basic) return std::string(text);
  return std::string(text.substr(0, 3)).append(":").append(text.substr(3));
}

/// Returns a number; the text if it is none.
template <class Number>
value number_of(const std::string& text) {
  Number number{};
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end ? value(number) : value(text);
}

value single_value(std::string_view type, const std::string& text) {
  if (type.starts_with("date") || type == "time" || type == "timestamp") {
    return value(extended(trimmed(text)));
  }
  if (type == "utc-offset") return value(extended_offset(trimmed(text)));
  const std::string lower = ascii_lower(text);
  if (type == "boolean" && (lower == "true" || lower == "false")) return value(lower == "true");
  if (type == "integer") return number_of<std::int64_t>(text);
  if (type == "float") return number_of<double>(text);
  return value(text);
}

value component_value(const Component& component) {
  if (component.empty()) return value("");
  if (component.size() == 1) return value(jscontact::clean(component.front()));
  array values;
  for (const std::string& each : component) values.emplace_back(jscontact::clean(each));
  return values;
}

/// Returns a structured value: an array if it has several components (RFC 7095, section 3.3.1.3).
value structured_value(const Line& line) {
  const std::vector<Component> components = components_of(line);
  if (components.size() == 1) return component_value(components.front());
  array out;
  for (const Component& component : components) out.push_back(component_value(component));
  return out;
}

array property_of(const Line& line) {
  const std::vector<Param> params = line.params();
  const ParamMeaning meaning = meaning_of(params);
  const auto* row = std::ranges::find_if(
      default_types, [&](const DefaultType& each) { return line.is(each.name); });
  const bool is_known = row != default_types.end();
  const std::string text = jscontact::clean(text_of(line, meaning));
  std::string type = cleaned(meaning.value);
  if (type.empty()) type = is_known ? fitting(row->type, trimmed(text)) : unknown_type;
  array property{cleaned(ascii_lower(line.name)), params_of(line, params), type};
  if (type == unknown_type) {
    property.emplace_back(jscontact::clean(utf8_value(line, meaning)));
  } else if (is_known && row->shape == Shape::structured) {
    property.push_back(structured_value(line));
  } else if (is_known && row->shape == Shape::list) {
    for (const std::string& each : list_of(line)) {
      property.emplace_back(jscontact::clean(each));
    }
    if (property.size() == 3) property.emplace_back("");
  } else {
    property.push_back(single_value(type, text));
  }
  return property;
}

}  // namespace

std::optional<array> jcard_of(const Document& document, std::string_view uid) {
  const auto converted = read(convert(document, {.version = Version::v4_0, .uid = uid}));
  if (!converted) return std::nullopt;
  array properties;
  for (std::size_t i = 0; i < converted->size(); ++i) {
    const Line line = converted->line(i);
    if (line.kind == LineKind::property && line.depth == 0) {
      properties.push_back(property_of(line));
    }
  }
  return array{"vcard", std::move(properties)};
}

}  // namespace kith::vcard
