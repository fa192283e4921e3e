#include "contacts/write/derived_columns.hpp"

#include "contacts/model/phone.hpp"
#include "contacts/search/text.hpp"

namespace kith::contacts {

std::int64_t derived_version() {
  static const std::int64_t version = outdated_below | collation_version();
  return version;
}

DerivedColumns::DerivedColumns(const ContactFields& contact)
    : not_favorite(contact.favorite.value_or(false) ? 0 : 1),
      birth_key(contact.birthday ? std::optional(contact.birthday->key()) : std::nullopt),
      // Names that were stored before names were cleaned sort as cleaned names do.
      sort_key(kith::sort_key(clean_line(display_name(contact)))),
      search_text(search_text_of(contact)),
      phone_digits(contacts::phone_digits(contact.phone.value_or(""))) {}

}  // namespace kith::contacts
