#pragma once

#include <string>
#include <string_view>

namespace kith::vcard {

/// The text of an `X-ABLabel`.
struct AppleLabel {
  std::string_view name;       ///< `HomePage` of `_$!<HomePage>!$_`; else the whole text
  bool is_well_known = false;  ///< Apple's programs translate the name

  bool operator==(const AppleLabel&) const = default;
};

/// Reads a label. REQUIRES: `text` outlives the result.
AppleLabel read_apple_label(std::string_view text);

/// Returns the text of a label.
std::string write_apple_label(const AppleLabel& label);

}  // namespace kith::vcard
