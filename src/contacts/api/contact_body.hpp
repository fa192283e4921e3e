#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "base/time.hpp"
#include "contacts/api/card_input.hpp"
#include "contacts/api/card_view.hpp"
#include "contacts/api/label_list.hpp"
#include "contacts/model/card.hpp"
#include "contacts/model/contact.hpp"
#include "contacts/write/operation.hpp"
#include "http/handler.hpp"
#include "json/read.hpp"

/// What requests write into contacts: bodies of POST, PUT and PATCH, and the contacts of a batch.
namespace kith::contacts {

/// A contact in a request: the simple fields, and what may be given beside them. A member added
/// here is read from every request that writes a contact; `set_body` says what becomes of it.
struct ContactBody : ContactFields {
  std::optional<std::int64_t> book;  ///< nullopt: unchanged; of a new contact the default book
  json::Deferred<JsContactCard> card = {};
  std::optional<LabelList> labels;  ///< nullopt: unchanged; of a new contact none

  static std::string schema_name() { return "ContactFields"; }
  static constexpr std::string_view example =
      R"({"first_name":"Anna","last_name":"Krüger","email":"anna@example.org",)"
      R"("phone":"+49 30 1234567","birthday":"1990-05-17","notes":"met in Kyiv"})";
  static constexpr std::string_view schema_rules =
      R"("anyOf":[{"required":["first_name"],"properties":{"first_name":{"type":"string",)"
      R"("pattern":"\\S"}}},{"required":["last_name"],"properties":{"last_name":{"type":"string",)"
      R"("pattern":"\\S"}}},{"required":["card"]}])";
  static constexpr auto fields() {
    return ContactFields::fields() +
           kith::fields(field("book", &ContactBody::book,
                              {.doc = "Number of the address book. If absent or null, the contact "
                                      "stays where it is; a new contact is in the default book.",
                               .example = "1",
                               .value_min = 1,
                               .value_max = std::numeric_limits<int>::max()}),
                        field("card", &ContactBody::card,
                              {.doc = "The card as JSContact. The simple fields that are given "
                                      "beside it are laid over it. In a PATCH, a JSON merge patch "
                                      "of the card as the full form shows it."}),
                        field("labels", &ContactBody::labels, label_list_rules));
  }

  /// Returns violations of the rules between fields: a card may have the name.
  std::vector<FieldError> check(Time now) const;
};

/// How a request is read.
struct BodyOptions {
  json::Mode mode = json::Mode::whole;  ///< whether it replaces or changes the contact
  CardEdit card = CardEdit::replace;    ///< what its `card` does
  Time now = {};
};

/// Makes `operation` write the ContactBody in `json`. It is read when the operation runs, which
/// then has its errors. REQUIRES: `json` outlives the operation, whose id is set.
void set_body(Operation& operation, std::string_view json, const BodyOptions& options);

/// The body of a POST or PUT of a contact: JSON, or a vCard. REQUIRES: the request outlives it.
struct ContactPayload {
  std::string_view json;  ///< of `body`
  ContactBody body = {};  ///< if there is no vCard
  std::optional<Card> vcard = {};
};

/// Makes `operation` write the body, which replaces all fields. REQUIRES: its id is set.
void set_payload(Operation& operation, ContactPayload payload, Time now);

/// The body of a PATCH of a contact. REQUIRES: the request outlives it.
struct ContactPatch {
  std::string_view json;
  CardEdit card = CardEdit::merge;
};

/// The media types of vCards in requests.
inline constexpr auto vcard_types = {std::string_view("text/vcard"),
                                     std::string_view("text/x-vcard"),
                                     std::string_view("text/directory")};

/// The maximum size of vCards in requests, by media type.
extern const std::span<const http::TypedLimit> vcard_limits;

}  // namespace kith::contacts

namespace kith::http {

/// Reads JSON or a vCard, by the media type. A refused card has its line and column.
template <>
struct Extract<contacts::ContactPayload> {
  static Result<contacts::ContactPayload> from(Exchange& exchange);
};
/// The body is read.
template <>
inline constexpr bool reads_body<contacts::ContactPayload> = true;
/// Describes both media types.
template <>
struct DescribeArgument<contacts::ContactPayload> {
  static void to(EndpointDoc& doc);
};

template <>
struct Extract<contacts::ContactPatch> {
  static Result<contacts::ContactPatch> from(Exchange& exchange);
};
template <>
inline constexpr bool reads_body<contacts::ContactPatch> = true;
template <>
struct DescribeArgument<contacts::ContactPatch> {
  static void to(EndpointDoc& doc);
};

}  // namespace kith::http
