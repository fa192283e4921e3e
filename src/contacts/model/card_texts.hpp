#pragma once

#include <vector>

#include "contacts/model/card_lines.hpp"
#include "contacts/model/projection.hpp"

namespace kith::contacts {

/// Returns the searchable texts of a card, in the order of its lines.
std::vector<CardText> card_texts(const CardLines& lines);

}  // namespace kith::contacts
