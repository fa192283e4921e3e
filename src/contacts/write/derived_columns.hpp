#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/fields.hpp"
#include "base/text.hpp"
#include "contacts/model/contact.hpp"
#include "contacts/search/text.hpp"

namespace kith::contacts {

/// The version of the rules that compute DerivedColumns. Increment it when a rule gives another
/// value for the same contact, and add a migration that recreates the index `contacts_outdated` for
/// the rows that `outdated_condition` selects: a background job recomputes them.
inline constexpr std::int64_t derived_rules = 4;

/// The oldest rules that give a contact without a stored card the same columns.
inline constexpr std::int64_t derived_simple_rules = 3;

/// The first rules under which a contact was written with its keys.
inline constexpr std::int64_t derived_keys_rules = 3;

/// Returns the rules in a `derived_version`.
constexpr std::int64_t rules_of(std::int64_t version) { return version >> 32; }

/// Returns whether the columns of a contact were computed by older rules that gave it others.
constexpr bool has_outdated_rules(std::int64_t version, bool has_card) {
  return rules_of(version) < (has_card ? derived_rules : derived_simple_rules);
}

/// Returns the same as a condition on the columns of `contacts`, in the words of the index
/// `contacts_outdated`: otherwise a statement could not use it.
std::string outdated_condition();

/// Returns whether the columns must be recomputed: their rules are outdated, or the collation is
/// another one. Those of a newer program are left alone: during a rolling restart its rules are the
/// right ones.
bool must_recompute(std::int64_t version, bool has_card);

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

  explicit DerivedColumns(const SearchedContact& contact);

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
