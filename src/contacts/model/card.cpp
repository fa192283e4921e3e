#include "contacts/model/card.hpp"

#include <utility>

namespace kith::contacts {

ContactFields simple_form(Card card, Time) { return std::move(card.fields_); }

}  // namespace kith::contacts
