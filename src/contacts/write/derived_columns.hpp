#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/fields.hpp"
#include "base/text.hpp"
#include "contacts/model/contact.hpp"

namespace kith::contacts {

/// The version of the rules that compute DerivedColumns. Increment it when a rule gives another
/// value for the same contact, and add a migration that recreates the index `contacts_outdated` for
/// the rows below `outdated_below`: a background job recomputes them.
inline constexpr std::int64_t derived_rules = 3;

/// Rows with a smaller `derived_version` were computed by older rules.
inline constexpr std::int64_t outdated_below = derived_rules << 32;

/// Returns the current `derived_version`: `derived_rules` and, in the lower 32 bits, the version of
/// ICU's collation (`collation_version()`).
std::int64_t derived_version();

/// The columns that are computed from the others, so that SQL never has to fold or collate.
struct DerivedColumns {
  int not_favorite;  ///< 0 for favourites, so that they come first in an ascending index
  std::optional<int> birth_key;  ///< Birthday::key()
  ByteString sort_key;           ///< of the name (UTS 10)
  std::string search_text;       ///< the text that a search reads, folded
  std::string phone_digits;
  std::int64_t version = derived_version();

  explicit DerivedColumns(const ContactFields& contact);

  static constexpr auto fields() {
    return kith::fields(field("not_favorite", &DerivedColumns::not_favorite),
                        field("birth_key", &DerivedColumns::birth_key),
                        field("sort_key", &DerivedColumns::sort_key),
                        field("search_text", &DerivedColumns::search_text),
                        field("phone_digits", &DerivedColumns::phone_digits),
                        field("derived_version", &DerivedColumns::version));
  }
};

}  // namespace kith::contacts
