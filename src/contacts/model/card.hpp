#pragma once

#include <utility>

#include "contacts/model/contact.hpp"

namespace kith::contacts {

/// A contact as it is written, whatever protocol writes it. For now it has what the simple form
/// has; when cards are stored, it holds the vCard with everything that the simple form does not
/// know.
class Card {
 public:
  /// The card of a contact that has these fields alone. (Implicit: fields are the simple form of a
  /// card.)
  Card(ContactFields fields) : fields_(std::move(fields)) {}

  /// The simple form of `card`.
  friend ContactFields project(Card card) { return std::move(card.fields_); }

 private:
  ContactFields fields_;
};

}  // namespace kith::contacts
