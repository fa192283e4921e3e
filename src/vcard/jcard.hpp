#pragma once

#include <optional>
#include <string_view>

#include <boost/json/array.hpp>

#include "vcard/document.hpp"

namespace kith::vcard {

/// Returns a card as jCard (RFC 7095): `["vcard", [["version", {}, "text", "4.0"], ...]]`. Cards of
/// 2.1 and 3.0 are converted to 4.0 first (`convert`); `uid` is the UID of a card that has none,
/// empty: none is added. A group is the parameter `group`. The type of a value is that of VALUE,
/// else the default of its property, `unknown` for a property that no RFC defines; its value is
/// then left as it is. Dates and times have the extended form. Structured values of several
/// components, and components of several values, are arrays. Texts are valid UTF-8 without control
/// characters other than tabs and newlines. Returns nothing if the card exceeds `card_bytes_max` in
/// 4.0. Time is linear apart from what `convert` sorts.
std::optional<boost::json::array> jcard_of(const Document& document, std::string_view uid = {});

}  // namespace kith::vcard
