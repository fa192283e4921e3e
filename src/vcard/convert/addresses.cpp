#include <algorithm>
#include <deque>
#include <set>

#include "base/text.hpp"
#include "vcard/convert/reshape.hpp"
#include "vcard/limits.hpp"
#include "vcard/values/text.hpp"

namespace kith::vcard::conversion {

namespace {

/// Labels of more bytes stay properties: a head has at most `head_bytes_max`.
constexpr std::size_t label_bytes_max = head_bytes_max / 4;

/// Returns whether a text comes back from the parameter LABEL.
bool fits_parameter(std::string_view text) {
  const bool has_escapes =
      text.find("\\n") != std::string_view::npos || text.find("\\N") != std::string_view::npos;
  const bool has_controls = std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t'; });
  return !has_escapes && !has_controls && !text.empty() && trimmed(text) == text &&
         text.size() <= label_bytes_max;
}

/// Returns the text of the parameter LABEL, which may have `\n` (RFC 6350, section 6.3.1).
std::string label_text(const std::vector<std::string>& values) {
  std::string text;
  for (const std::string& value : values) {
    if (!text.empty()) text += ',';
    text += value;
  }
  for (const std::string_view escape : {"\\n", "\\N"}) {
    for (auto at = text.find(escape); at != std::string::npos; at = text.find(escape, at)) {
      text.replace(at, escape.size(), "\n");
    }
  }
  return text;
}

bool has_label(const Property& address) {
  return std::ranges::any_of(address.params,
                             [](const Parameter& param) { return same_name(param.name, "LABEL"); });
}

}  // namespace

AddressKey address_key(const Property& property) {
  AddressKey key{ascii_lower(property.group), property.types};
  std::ranges::sort(key.second);
  return key;
}

void raise_address_labels(Properties& properties) {
  std::map<AddressKey, std::deque<std::size_t>> unlabelled;
  for (std::size_t i = 0; i < properties.size(); ++i) {
    const Property& property = properties[i];
    if (property.is("ADR") && !has_label(property)) unlabelled[address_key(property)].push_back(i);
  }
  std::set<std::size_t> moved;
  for (std::size_t i = 0; i < properties.size(); ++i) {
    if (!properties[i].is("LABEL")) continue;
    const auto found = unlabelled.find(address_key(properties[i]));
    const std::string text = properties[i].text();
    if (found == unlabelled.end() || found->second.empty() || !fits_parameter(text)) continue;
    properties[found->second.front()].params.push_back({.name = "LABEL", .values = {text}});
    found->second.pop_front();
    moved.insert(i);
  }
  std::size_t index = 0;
  std::erase_if(properties, [&](const Property&) { return moved.contains(index++); });
}

void lower_address_labels(Properties& properties, FreeGroups& free_groups) {
  Properties out;
  out.reserve(properties.size());
  std::set<AddressKey> unlabelled;
  for (Property& property : properties) {
    Property& address = out.emplace_back(std::move(property));
    if (!address.is("ADR")) continue;
    const std::string text = label_text(address.take("LABEL"));
    if (text.empty()) {
      unlabelled.insert(address_key(address));
      continue;
    }
    // Otherwise the label would belong to an address before this one.
    if (address.group.empty() && unlabelled.contains(address_key(address))) {
      address.group = free_groups.next();
    }
    Property label{.group = address.group, .name = "LABEL", .value = encode_text(text)};
    label.types = address.types;
    label.pref = address.pref;
    out.push_back(std::move(label));
  }
  properties = std::move(out);
}

}  // namespace kith::vcard::conversion
