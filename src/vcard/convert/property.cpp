#include "vcard/convert/property.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "vcard/values/text.hpp"

namespace kith::vcard::conversion {

std::vector<std::string> Property::take(std::string_view upper_param) {
  const auto found = std::ranges::find_if(
      params, [&](const Parameter& param) { return same_name(param.name, upper_param); });
  if (found == params.end()) return {};
  std::vector<std::string> values = std::move(found->values);
  params.erase(found);
  return values;
}

std::string Property::text() const { return decode_text(value); }

FreeGroups::FreeGroups(const Properties& properties) {
  for (const Property& property : properties) {
    if (!property.group.empty()) used_.push_back(ascii_lower(property.group));
  }
  std::ranges::sort(used_);
}

std::string FreeGroups::next() {
  std::string name;
  do {
    name = "item" + std::to_string(++number_);
  } while (std::ranges::binary_search(used_, name));
  return name;
}

std::string one_line(std::string_view raw) {
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char next = i + 1 < raw.size() ? raw[i + 1] : '\0';
    const bool is_odd = next == ':' || next == '"' || next == '\r' || next == '\n';
    if (raw[i] == '\\' && is_odd) continue;
    if (raw[i] == '\\' && next == '\\') {
      out += raw[i++];
      out += next;
    } else if (raw[i] == '\r' || raw[i] == '\n') {
      if (raw[i] == '\r' && next == '\n') ++i;
      out += "\\n";
    } else {
      out += raw[i];
    }
  }
  return out;
}

}  // namespace kith::vcard::conversion
