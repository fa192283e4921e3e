#pragma once

#include <string>
#include <string_view>

#include <boost/json/object.hpp>

/// JSON Pointers (RFC 6901) without their first slash, as RFC 9553 and RFC 9555 write them.
namespace kith::vcard::jscontact {

/// Returns a pointer with a name appended.
std::string pointer_to(std::string_view parent, std::string_view name);

/// Returns the first name of a pointer, decoded, and removes it from the pointer.
std::string take_name(std::string_view& pointer);

/// Returns the value at a pointer; null if there is none. Looks into objects alone, as RFC 9553,
/// section 1.4.3 does. REQUIRES: `root` outlives the result.
const boost::json::value* find_at(const boost::json::object& root, std::string_view pointer);

}  // namespace kith::vcard::jscontact
