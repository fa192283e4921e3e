#pragma once

#include <expected>
#include <string>

#include <boost/json/object.hpp>

namespace kith::vcard::jscontact {

/// Why a JSON object is no JSContact card.
struct ShapeError {
  std::string pointer;  ///< where (RFC 6901)
  std::string message;  ///< what must stand there
};

/// Returns the bytes of a new card of version 4.0 with the properties that `view_of` would show as
/// `card`: the inverse mapping. Reads versions 1.0 and 2.0. What vCard has no property for becomes
/// JSPROP (RFC 9555, section 3.2.1), so that no member is lost. FN is made if there is no full
/// name. Time is linear apart from sorting.
std::expected<std::string, ShapeError> new_card(const boost::json::object& card);

}  // namespace kith::vcard::jscontact
