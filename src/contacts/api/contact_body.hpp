#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/fields.hpp"
#include "base/time.hpp"
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

  static std::string schema_name() { return "ContactFields"; }
  static constexpr auto fields() {
    return ContactFields::fields() +
           kith::fields(field("book", &ContactBody::book,
                              {.doc = "Number of the address book. If absent or null, the contact "
                                      "stays where it is; a new contact is in the default book.",
                               .example = "1",
                               .value_min = 1,
                               .value_max = std::numeric_limits<int>::max()}));
  }
};

/// Makes `operation` write `body`, which replaces all fields.
void set_body(Operation& operation, ContactBody body);

/// Makes `operation` write the ContactBody in `json`: `whole` replaces all fields, `merge` changes
/// those that are given. It is read when the operation runs, which then has its errors. REQUIRES:
/// `json` outlives the operation.
void set_body(Operation& operation, std::string_view json, json::Mode mode, Time now);

/// The body of a POST or PUT of a contact: JSON, or a vCard.
struct ContactPayload {
  ContactBody body = {};           ///< if there is no vCard
  std::optional<Card> vcard = {};  ///< without a favourite
};

/// Makes `operation` write the body. JSON replaces all fields; a vCard replaces the card, and the
/// contact stays a favourite if it is one.
void set_payload(Operation& operation, ContactPayload payload);

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

}  // namespace kith::http
