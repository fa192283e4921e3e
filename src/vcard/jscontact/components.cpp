#include "vcard/jscontact/components.hpp"

#include <optional>

#include <boost/json/object.hpp>

#include "base/digits.hpp"
#include "vcard/jscontact/viewing.hpp"

namespace kith::vcard::jscontact {

namespace {

using boost::json::array;
using boost::json::object;

/// Returns the value of component `index`, or of its value `part` if it has several.
const std::string* find_value(std::span<const Component> parts, std::size_t index,
                              std::size_t part) {
  if (index >= parts.size() || part >= parts[index].size()) return nullptr;
  return parts[index][part].empty() ? nullptr : &parts[index][part];
}

/// Returns the text of `s,text`, with its escapes decoded; nothing if it is no separator.
std::optional<std::string> separator_of(std::string_view piece) {
  if (!piece.starts_with("s,")) return std::nullopt;
  return clean(decode_text(piece.substr(2)));
}

/// Appends the component that `3` or `3,1` means. Returns false if it is malformed or missing.
bool append_position(array& items, std::string_view piece, std::span<const Component> parts,
                     std::span<const std::string_view> kinds) {
  const std::size_t comma = std::min(piece.find(','), piece.size());
  const auto index = read_digits(piece.substr(0, comma));
  const auto part = comma < piece.size() ? read_digits(piece.substr(comma + 1)) : std::optional(0);
  if (!index || !part || static_cast<std::size_t>(*index) >= kinds.size()) return false;
  const auto at = static_cast<std::size_t>(*index);
  const std::string* value = find_value(parts, at, static_cast<std::size_t>(*part));
  if (value == nullptr) return false;
  items.push_back(object{{"kind", kinds[at]}, {"value", clean(*value)}});
  return true;
}

/// Returns the components in the order of JSCOMPS; nothing if that is malformed, or if it leaves
/// out a value.
std::optional<Ordered> read_order(std::span<const Component> parts,
                                  std::span<const std::string_view> kinds, std::string_view order) {
  Ordered out{.items = {}, .is_ordered = true, .separator = {}};
  const auto pieces = split_raw(order, ';');
  if (!pieces.front().empty()) {
    auto separator = separator_of(pieces.front());
    if (!separator) return std::nullopt;
    out.separator = std::move(*separator);
  }
  std::size_t positions = 0;
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    if (auto separator = separator_of(pieces[i])) {
      out.items.push_back(object{{"kind", "separator"}, {"value", std::move(*separator)}});
    } else if (append_position(out.items, pieces[i], parts, kinds)) {
      ++positions;
    } else {
      return std::nullopt;
    }
  }
  std::size_t values = 0;
  for (const Component& part : parts) {
    for (const std::string& value : part) values += value.empty() ? 0 : 1;
  }
  return positions == values ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace

Ordered ordered_components(std::span<const Component> parts,
                           std::span<const std::string_view> kinds, std::string_view order) {
  if (!order.empty()) {
    if (auto ordered = read_order(parts, kinds, order)) return std::move(*ordered);
  }
  Ordered out;
  for (std::size_t i = 0; i < parts.size() && i < kinds.size(); ++i) {
    for (const std::string& value : parts[i]) {
      if (value.empty()) continue;
      out.items.push_back(object{{"kind", kinds[i]}, {"value", clean(value)}});
    }
  }
  return out;
}

}  // namespace kith::vcard::jscontact
