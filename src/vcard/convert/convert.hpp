#pragma once

#include <string>
#include <string_view>

#include "vcard/document.hpp"

namespace kith::vcard {

/// What a conversion adds and makes.
struct Conversion {
  Version version = Version::v3_0;  ///< of the result: 3.0 or 4.0
  std::string_view uid = {};        ///< of a card that has none; empty: none is added
};

/// Returns the bytes of a card in another version, or in the same one with what it requires:
/// VERSION, N (3.0), FN and UID. Values stay, in the properties and encodings of the version; text
/// becomes UTF-8. Left out are what is no property, nested cards other than those of AGENT, and
/// in 3.0 parameters of 4.0 or whose values need quotes. A function of its input alone. Time is
/// linear apart from sorting groups and types. The result may exceed `card_bytes_max` if the card
/// nearly does. REQUIRES: `version` is not 2.1.
std::string convert(const Document& document, const Conversion& conversion);

/// Returns a card as clients get it that ask for a version. A card of that version goes out byte
/// for byte if nothing is wrong with it. Otherwise, only the lines at fault are written anew
/// (another character set, quoted-printable, CHARSET, bare parameters, a second VERSION), text that
/// is no property is left out, and VERSION, N (3.0), FN and UID are added where they are missing. A
/// card of another version, with nested cards, without END, or with other line ends than CRLF is
/// converted. REQUIRES: as `convert`.
std::string offer(const Document& document, const Conversion& conversion);

}  // namespace kith::vcard
