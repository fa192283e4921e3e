#pragma once

#include <span>
#include <string>
#include <string_view>

#include <boost/json/array.hpp>

#include "vcard/values/lists.hpp"

namespace kith::vcard::jscontact {

/// The components of a name or an address as JSContact has them.
struct Ordered {
  boost::json::array items;
  bool is_ordered = false;  ///< in the order in which they are shown
  std::string separator;    ///< between them; empty: not given
};

/// Returns the components of a structured value, each as `{kind, value}`; empty values are left
/// out. `order` is the parameter JSCOMPS (RFC 9555, section 3.3.1), which tells the order and the
/// separators; without one, or if it is malformed, the order is that of the value.
Ordered ordered_components(std::span<const Component> parts,
                           std::span<const std::string_view> kinds, std::string_view order);

}  // namespace kith::vcard::jscontact
