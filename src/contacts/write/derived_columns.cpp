#include "contacts/write/derived_columns.hpp"

#include <utility>

namespace kith::contacts {

namespace {

constexpr std::int64_t rules_unit = std::int64_t{1} << 32;

}  // namespace

std::string outdated_condition() {
  constexpr std::int64_t of_cards = (derived_rules - derived_simple_rules) * rules_unit;
  return "derived_version - has_card * " + std::to_string(of_cards) + " < " +
         std::to_string(derived_simple_rules * rules_unit);
}

bool must_recompute(std::int64_t version, bool has_card) {
  if (has_outdated_rules(version, has_card)) return true;
  const bool has_other_collation = version % rules_unit != collation_version();
  return rules_of(version) <= derived_rules && has_other_collation;
}

std::int64_t derived_version() {
  static const std::int64_t version = derived_rules * rules_unit | collation_version();
  return version;
}

DerivedColumns::DerivedColumns(const SearchedContact& contact)
    : not_favorite(contact.fields.favorite.value_or(false) ? 0 : 1),
      birth_key(contact.fields.birthday ? std::optional(contact.fields.birthday->key())
                                        : std::nullopt),
      // Names that were stored before names were cleaned sort as cleaned names do.
      sort_key(kith::sort_key(clean_line(display_name(contact.fields)))) {
  SearchColumns searched = search_columns_of(contact);
  search_text = std::move(searched.text);
  phone_digits = std::move(searched.phone_digits);
}

}  // namespace kith::contacts
