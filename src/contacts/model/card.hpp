#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "contacts/model/contact.hpp"
#include "vcard/document.hpp"

namespace kith::contacts {

/// A contact as it is written, whatever protocol writes it. An implicit card has what the simple
/// form has, and no bytes: `generate` makes them. An explicit card is a vCard with its bytes. The
/// favourite flag is beside the card, because vCard has none. Copies share the vCard.
class Card {
 public:
  /// An implicit card.
  Card(ContactFields fields) : fields_(std::move(fields)) {}

  /// An explicit card.
  Card(vcard::Document document, std::optional<bool> favorite);

  /// Reads an explicit card. Fails with `Errc::invalid` for bytes that `vcard::read` refuses; the
  /// error names line, column and reason, also as members and as a condition for DAV clients.
  static Result<Card> parse(std::string bytes, std::optional<bool> favorite = {});

  bool is_explicit() const { return document_ != nullptr; }

  /// REQUIRES: is_explicit().
  const vcard::Document& document() const { return *document_; }
  const std::string& bytes() const { return document_->bytes(); }

  /// REQUIRES: !is_explicit().
  const ContactFields& fields() const { return fields_; }

  /// Nothing: the first name decides (`decide_favorite`).
  std::optional<bool> favorite() const { return fields_.favorite; }
  void set_favorite(std::optional<bool> favorite) { fields_.favorite = favorite; }

  friend ContactFields simple_form(Card card, Time now);

  /// Two explicit cards are equal if their bytes are, two implicit ones if their fields are.
  bool operator==(const Card& other) const;

 private:
  ContactFields fields_;  ///< of an explicit card only `favorite`
  std::shared_ptr<const vcard::Document> document_;
};

/// Returns the simple form of `card`; projection.hpp has everything else that is derived. `now`
/// decides which birthdays are in the future and therefore not shown.
ContactFields simple_form(Card card, Time now);

/// The number of the generator, which is part of the entity tags of implicit cards: it rises when
/// `generate` writes anything differently.
inline constexpr int generator_version = 1;

/// The value of PRODID in generated cards: fixed text without a version, because their bytes depend
/// on the contact alone.
inline constexpr std::string_view card_product = "-//Kith//Kith//EN";

/// Returns the vCard 3.0 of an implicit card: VERSION, PRODID, UID, N, FN, EMAIL, TEL, BDAY and
/// NOTE. The bytes depend on the arguments alone.
std::string generate(const ContactFields& fields, std::string_view uid);

/// Returns the refusal of bytes that are no card.
Error refused_card(const vcard::ReadError& error);

}  // namespace kith::contacts
