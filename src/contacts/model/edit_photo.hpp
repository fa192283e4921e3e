#pragma once

#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "contacts/model/card.hpp"

namespace kith::contacts {

/// Returns `card` with a JPEG as its photo. The line of the photo that is shown (`photo_of`) is
/// rewritten in the form of the card's version; if there is none, a line is added. Group, places
/// (`TYPE=home`) and unknown parameters stay; what describes the old image goes, such as its format
/// and Apple's crop rectangle. The same photo again changes no byte. `now` goes into REV, if the
/// card has one. Errors: `invalid` if the card becomes too large. REQUIRES: `card` is explicit.
Result<Card> with_photo(const Card& card, std::string_view jpeg, Time now);

/// Returns `card` without any PHOTO. REQUIRES: `card` is explicit.
Result<Card> without_photo(const Card& card, Time now);

}  // namespace kith::contacts
