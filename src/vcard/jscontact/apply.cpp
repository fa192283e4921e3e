#include "vcard/jscontact/apply.hpp"

#include <array>

#include <boost/json/array.hpp>

#include "vcard/jscontact/applying.hpp"
#include "vcard/jscontact/names.hpp"
#include "vcard/jscontact/patch.hpp"

namespace kith::vcard::jscontact {

namespace {

using boost::json::object;
using boost::json::value;

bool is_too_deep(const value& from, int levels) {
  if (from.is_object()) {
    if (levels == 0) return true;
    for (const auto& pair : from.as_object()) {
      if (is_too_deep(pair.value(), levels - 1)) return true;
    }
  }
  if (from.is_array()) {
    if (levels == 0) return true;
    for (const value& each : from.as_array()) {
      if (is_too_deep(each, levels - 1)) return true;
    }
  }
  return false;
}

/// Returns what is wrong with the frame of a card.
std::optional<ShapeError> frame_error(const object& card) {
  const value* type = card.if_contains("@type");
  if (type != nullptr && *type != "Card") {
    return ShapeError{.pointer = "/@type", .message = "must be \"Card\""};
  }
  const value* version = card.if_contains("version");
  if (version != nullptr && *version != "1.0" && *version != "2.0") {
    return ShapeError{.pointer = "/version", .message = "must be \"1.0\" or \"2.0\""};
  }
  for (const auto& pair : card) {
    if (!is_too_deep(pair.value(), depth_max - 1)) continue;
    return ShapeError{.pointer = "/" + pointer_to("", pair.key()),
                      .message = "is nested too deeply"};
  }
  return std::nullopt;
}

}  // namespace

std::expected<std::string, ShapeError> apply(const Document& document, const object& wanted,
                                             const ApplyOptions& options) {
  if (auto error = frame_error(wanted)) return std::unexpected(std::move(*error));
  const View view = view_of(document, options.view);
  Difference difference = difference_of(document, view, wanted);
  Applying applying(document, view, difference);
  applying.edit_members();
  applying.edit_props(wanted.if_contains(props_member));
  return std::move(applying).finish(options.now);
}

}  // namespace kith::vcard::jscontact
