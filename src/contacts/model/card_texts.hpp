#pragma once

#include <vector>

#include "contacts/model/card_lines.hpp"
#include "contacts/model/projection.hpp"

namespace kith::contacts {

/// The searchable texts of a card.
struct CardTexts {
  std::vector<CardText> texts;  ///< in the order of its lines
  bool lacks_some = false;      ///< whether the card has more than the limits allow
};

/// Returns the searchable texts of a card.
CardTexts card_texts(const CardLines& lines);

}  // namespace kith::contacts
