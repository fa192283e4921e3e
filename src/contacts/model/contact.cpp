#include "contacts/model/contact.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "base/zone.hpp"

namespace kith::contacts {

std::vector<FieldError> ContactFields::check(Time now) const {
  std::vector<FieldError> errors;
  if (!first_name && !last_name) {
    errors.push_back({"first_name", "is required unless there is a last_name"});
  }
  if (birthday && birthday->year &&
      Date{*birthday->year, birthday->month, birthday->day} > latest_date(now)) {
    errors.push_back({"birthday", "must not be in the future"});
  }
  return errors;
}

std::string display_name(const ContactFields& fields) {
  std::string name = fields.first_name.value_or("");
  if (!name.empty() && fields.last_name) name.push_back(' ');
  return name + fields.last_name.value_or("");
}

bool decide_favorite(const ContactFields& wanted, const ContactFields* current,
                     std::span<const std::string> words) {
  const std::string_view name = wanted.first_name ? *wanted.first_name : std::string_view();
  const bool matches = std::ranges::any_of(
      words, [&](const std::string& word) { return begins_with_word(name, word); });
  // Names stored by versions that did not clean them are compared in their cleaned form.
  const bool is_new_name =
      !current || clean_line(current->first_name.value_or("")) != clean_line(name);
  if (matches && is_new_name) return true;
  if (wanted.favorite) return *wanted.favorite;
  return matches && current->favorite.value_or(false);
}

}  // namespace kith::contacts
