#pragma once

#include <cstdint>
#include <string_view>

namespace kith::vcard {

/// The version of a card: vCard 2.1 (Versit), 3.0 (RFC 2426) or 4.0 (RFC 6350).
enum class Version : std::uint8_t { v2_1, v3_0, v4_0 };

/// Returns the value of the VERSION property: `2.1`, `3.0` or `4.0`.
constexpr std::string_view to_string(Version version) {
  switch (version) {
    case Version::v2_1: return "2.1";
    case Version::v3_0: return "3.0";
    case Version::v4_0: return "4.0";
  }
  return "3.0";
}

}  // namespace kith::vcard
