#include "contacts/model/card.hpp"

#include <utility>

#include "contacts/model/card_edit.hpp"
#include "contacts/model/simple_lines.hpp"
#include "vcard/limits.hpp"
#include "vcard/line_text.hpp"
#include "vcard/writer.hpp"

namespace kith::contacts {

namespace {

using vcard::Refusal;

std::string sentence_of(Refusal reason) {
  switch (reason) {
    case Refusal::not_a_card: return "a card begins with BEGIN:VCARD";
    case Refusal::nul_byte: return "a card must not contain NUL bytes";
    case Refusal::utf16: return "the text is UTF-16; convert it to UTF-8";
    case Refusal::two_cards: return "another card begins here; send one card at a time";
    case Refusal::too_large:
      return "a card has at most " + std::to_string(vcard::card_bytes_max) + " bytes";
    case Refusal::too_many_lines:
      return "a card has at most " + std::to_string(vcard::lines_max) + " lines";
    case Refusal::line_too_long:
      return "a line has at most " + std::to_string(vcard::line_bytes_max) + " bytes";
    case Refusal::too_deep:
      return "at most " + std::to_string(vcard::nesting_max) + " components may be open at once";
  }
  return {};
}

/// Returns the precondition of RFC 6352, section 6.3.2.1, that a refused card violates.
std::string_view condition_of(Refusal reason) {
  switch (reason) {
    case Refusal::too_large:
    case Refusal::too_many_lines:
    case Refusal::line_too_long: return "CARDDAV:max-resource-size";
    default: return "CARDDAV:valid-address-data";
  }
}

}  // namespace

Error refused_card(const vcard::ReadError& error) {
  const std::string line = std::to_string(error.line);
  const std::string column = std::to_string(error.column);
  const DavCondition condition{.name = condition_of(error.reason)};
  return {.code = Errc::invalid,
          .detail = "The card is not valid: line " + line + ", column " + column + ": " +
                    sentence_of(error.reason) + ".",
          .slug = "invalid-card",
          .members = "\"line\":" + line + ",\"column\":" + column + ",\"reason\":\"" +
                     std::string(to_string(error.reason)) + '"',
          .dav_condition = std::make_shared<const DavCondition>(condition)};
}

Card::Card(vcard::Document document, std::optional<bool> favorite)
    : document_(std::make_shared<const vcard::Document>(std::move(document))) {
  fields_.favorite = favorite;
}

Result<Card> Card::parse(std::string bytes, std::optional<bool> favorite) {
  auto document = vcard::read(std::move(bytes));
  if (!document) return std::unexpected(refused_card(document.error()));
  return Card(*std::move(document), favorite);
}

bool Card::operator==(const Card& other) const {
  if (is_explicit() != other.is_explicit() || fields_ != other.fields_) return false;
  return document_ == other.document_ || bytes() == other.bytes();
}

ContactFields simple_form(Card card, Time now) {
  if (!card.is_explicit()) return std::move(card.fields_);
  ContactFields fields = read_simple(CardLines(card.document()), now).fields;
  fields.favorite = card.favorite();
  return fields;
}

std::string generate(const ContactFields& fields, std::string_view uid) {
  constexpr auto version = vcard::Version::v3_0;
  vcard::Writer writer(version);
  writer.add({.name = "PRODID", .value = std::string(card_product)});
  writer.add(new_line({.name = "UID"}, uid, version));
  writer.add(new_name(fields.first_name.value_or(""), fields.last_name.value_or(""), version));
  writer.add(new_line({.name = "FN"}, display_name(fields), version));
  if (fields.email) writer.add(new_email(fields.email->text, version));
  if (fields.phone) writer.add(new_line({.name = "TEL"}, *fields.phone, version));
  if (fields.birthday) writer.add(new_birthday(*fields.birthday, version));
  if (fields.notes) writer.add(new_line({.name = "NOTE"}, *fields.notes, version));
  return std::move(writer).finish();
}

}  // namespace kith::contacts
