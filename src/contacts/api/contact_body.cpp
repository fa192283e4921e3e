#include "contacts/api/contact_body.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "contacts/model/edit.hpp"
#include "vcard/limits.hpp"

namespace kith::contacts {

namespace {

constexpr std::array<http::TypedLimit, 3> limits_of_vcards{{
    {"text/vcard", vcard::card_bytes_max},
    {"text/x-vcard", vcard::card_bytes_max},
    {"text/directory", vcard::card_bytes_max},
}};

/// Returns whether a body may have a member. A name can also be written with escapes.
bool may_have(std::string_view json, std::string_view quoted_name) {
  return json.find(quoted_name) != std::string_view::npos ||
         json.find("\\u") != std::string_view::npos;
}

/// Reads the labels in a body.
Result<std::optional<std::vector<LabelReference>>> labels_in(const ContactBody& body) {
  if (!body.labels) return std::nullopt;
  return read_labels(body.labels->json, {});
}

/// Sets what the operation needs before it runs, as far as it is valid: errors are reported when
/// the body is read again. Most bodies have nothing of it.
void set_surroundings(Operation& operation, std::string_view json) {
  if (!may_have(json, "\"book\"") && !may_have(json, "\"labels\"")) return;
  ContactBody body;
  Filler filler(&body, shape_of<ContactBody>());
  static_cast<void>(json::read_object(json, filler));
  operation.book = body.book;
  if (auto labels = labels_in(body)) operation.all_labels = *std::move(labels);
}

ContactFields fields_of(ContactBody body) { return ContactFields(std::move(body)); }

/// A request body that has a card.
struct CardBody {
  std::string_view json;  ///< the whole body
  CardInput card;
};

/// Returns the card of a contact after a request: its card, then the simple fields that are given.
Result<Card> laid_over(const CardBody& body, const ContactId& id, const StoredContact* current,
                       Time now) {
  auto card = card_of(body.card, id, current, now);
  if (!card) return card;
  ContactBody form;
  static_cast<ContactFields&>(form) = simple_form(*card, now);
  auto wanted = json::read_onto(std::move(form), body.json, json::Mode::merge, now);
  if (!wanted) return std::unexpected(std::move(wanted.error()));
  return edit(*std::move(card), *wanted, {.now = now});
}

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

std::vector<FieldError> ContactBody::check(Time now) const {
  auto errors = ContactFields::check(now);
  const bool may_have_name = !card.json.empty() && !first_name && !last_name;
  if (may_have_name) std::erase_if(errors, [](const auto& e) { return e.field == "first_name"; });
  return errors;
}

void set_body(Operation& operation, std::string_view json, const BodyOptions& options) {
  set_surroundings(operation, json);
  operation.change = [json, options,
                      id = operation.id](const StoredContact* current) -> Result<Card> {
    ContactBody before;
    if (current && options.mode == json::Mode::merge) {
      static_cast<ContactFields&>(before) = *current;
    }
    auto body = json::read_onto(std::move(before), json, options.mode, options.now);
    if (!body) return std::unexpected(std::move(body.error()));
    if (auto labels = labels_in(*body); !labels) return std::unexpected(std::move(labels.error()));
    if (body->card.json.empty()) return fields_of(*std::move(body));
    return laid_over({json, {body->card.json, options.card}}, id, current, options.now);
  };
}

void set_payload(Operation& operation, ContactPayload payload, Time now) {
  operation.book = payload.body.book;
  operation.bytes = payload.vcard ? payload.vcard->bytes().size() : payload.json.size();
  if (payload.vcard) {
    operation.change = replacing(*std::move(payload.vcard));
  } else if (payload.body.card.json.empty() && !payload.body.labels) {
    operation.change = [fields = fields_of(std::move(payload.body))](const StoredContact*) {
      return fields;
    };
  } else {
    set_body(operation, payload.json, {.now = now});
  }
}

}  // namespace kith::contacts

namespace kith::http {

using contacts::ContactBody;
using contacts::ContactPatch;
using contacts::ContactPayload;

namespace {

constexpr std::string_view card_patch_type = "application/jscontact-patch+json";

}  // namespace

Result<ContactPayload> Extract<ContactPayload>::from(Exchange& exchange) {
  const Request& request = exchange.request;
  if (!check_media_type(request, contacts::vcard_types)) {
    auto card = contacts::Card::parse(request.body);
    if (!card) return std::unexpected(std::move(card.error()));
    return ContactPayload{{}, {}, *std::move(card)};
  }
  if (check_media_type(request, {"application/json"})) {
    return std::unexpected(*check_media_type(request, {"application/json", "text/vcard"}));
  }
  auto body = json::read<ContactBody>(request.body, exchange.now);
  if (!body) return std::unexpected(std::move(body.error()));
  return ContactPayload{request.body, *std::move(body)};
}

void DescribeArgument<ContactPayload>::to(EndpointDoc& doc) {
  describe_body<ContactBody>(doc, {"application/json"});
  doc.bodies.push_back(
      {"text/vcard",
       R"({"type":"string","description":"One vCard of at most 10 MiB, version 2.1, 3.0 or 4.0."})",
       R"("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Anna Krüger\r\nEMAIL:anna@example.org\r\n)"
       R"(END:VCARD\r\n")"});
}

Result<ContactPatch> Extract<ContactPatch>::from(Exchange& exchange) {
  const Request& request = exchange.request;
  using contacts::CardEdit;
  if (!check_media_type(request, {card_patch_type})) {
    return ContactPatch{request.body, CardEdit::patch_object};
  }
  if (check_media_type(request, merge_patch_types)) {
    return std::unexpected(*check_media_type(
        request, {"application/merge-patch+json", "application/json", card_patch_type}));
  }
  return ContactPatch{request.body, CardEdit::merge};
}

void DescribeArgument<ContactPatch>::to(EndpointDoc& doc) {
  describe_body<ContactBody>(
      doc, {"application/merge-patch+json", "application/json", card_patch_type}, json::Use::patch);
}

}  // namespace kith::http
