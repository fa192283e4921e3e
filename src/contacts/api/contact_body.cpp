#include "contacts/api/contact_body.hpp"

#include <array>
#include <utility>

#include "vcard/limits.hpp"

namespace kith::contacts {

namespace {

/// Returns the book that a body names, if it is valid: the operation needs it before it runs.
std::optional<std::int64_t> book_in(std::string_view json) {
  // Most bodies name none. A name can also be written with escapes.
  const bool may_name_book =
      json.find("\"book\"") != std::string_view::npos || json.find("\\u") != std::string_view::npos;
  if (!may_name_book) return std::nullopt;
  ContactBody body;
  Filler filler(&body, shape_of<ContactBody>());
  static_cast<void>(json::read_object(json, filler));  // errors are reported when it is read again
  return body.book;
}

ContactFields fields_of(ContactBody body) { return ContactFields(std::move(body)); }

constexpr std::array<http::TypedLimit, 3> limits_of_vcards{{
    {"text/vcard", vcard::card_bytes_max},
    {"text/x-vcard", vcard::card_bytes_max},
    {"text/directory", vcard::card_bytes_max},
}};

/// Returns a change that replaces the card by a vCard, which says nothing of the favourite.
Change replacing(Card vcard) {
  return [vcard = std::move(vcard)](const StoredContact* current) -> Result<Card> {
    Card card = vcard;
    if (current) card.set_favorite(current->favorite);
    return card;
  };
}

}  // namespace

const std::span<const http::TypedLimit> vcard_limits = limits_of_vcards;

void set_body(Operation& operation, ContactBody body) {
  operation.book = body.book;
  operation.change = [fields = fields_of(std::move(body))](const StoredContact*) { return fields; };
}

void set_body(Operation& operation, std::string_view json, json::Mode mode, Time now) {
  operation.book = book_in(json);
  operation.change = [json, mode, now](const StoredContact* current) -> Result<Card> {
    ContactBody before;
    if (current && mode == json::Mode::merge) static_cast<ContactFields&>(before) = *current;
    auto body = json::read_onto(std::move(before), json, mode, now);
    if (!body) return std::unexpected(std::move(body.error()));
    return fields_of(*std::move(body));
  };
}

void set_payload(Operation& operation, ContactPayload payload) {
  if (payload.vcard) {
    operation.change = replacing(*std::move(payload.vcard));
  } else {
    set_body(operation, std::move(payload.body));
  }
}

}  // namespace kith::contacts

namespace kith::http {

using contacts::ContactBody;
using contacts::ContactPayload;

Result<ContactPayload> Extract<ContactPayload>::from(Exchange& exchange) {
  const Request& request = exchange.request;
  if (!check_media_type(request, {"text/vcard", "text/x-vcard", "text/directory"})) {
    auto card = contacts::Card::parse(request.body);
    if (!card) return std::unexpected(std::move(card.error()));
    return ContactPayload{.vcard = *std::move(card)};
  }
  if (check_media_type(request, {"application/json"})) {
    return std::unexpected(*check_media_type(request, {"application/json", "text/vcard"}));
  }
  auto body = json::read<ContactBody>(request.body, exchange.now);
  if (!body) return std::unexpected(std::move(body.error()));
  return ContactPayload{.body = *std::move(body)};
}

void DescribeArgument<ContactPayload>::to(EndpointDoc& doc) {
  describe_body<ContactBody>(doc, {"application/json"});
  doc.bodies.push_back(
      {"text/vcard",
       R"({"type":"string","description":"One vCard of at most 10 MiB, version 2.1, 3.0 or 4.0."})",
       R"("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Anna Krüger\r\nEMAIL:anna@example.org\r\n)"
       R"(END:VCARD\r\n")"});
}

}  // namespace kith::http
