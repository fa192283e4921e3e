#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/api/contact_services.hpp"
#include "contacts/api/full_form.hpp"
#include "http/handler.hpp"

namespace kith::contacts {

/// A card in a media type of its own, or 304.
struct CardReply {
  std::string_view content_type;  ///< a literal
  std::string text;               ///< empty: the client already has it
  std::string etag;
};

/// A contact in one of its forms, with `Vary: Accept`.
struct ContactReply {
  std::variant<http::MaybeUnchanged<Contact>, http::MaybeUnchanged<Full<Contact>>, CardReply> form;
};

/// What a client asks for.
struct AskedForm {
  http::AcceptHeader accept;
  ViewParams view;  ///< of the JSON
};

/// Answers with a contact in the form that is asked for; JSON if `Accept` admits no form.
Task<Result<ContactReply>> get_contact(Services& services, http::Principal who,
                                       ContactTarget target, AskedForm form);

/// Writes the reply.
void write_reply(http::Exchange& exchange, ContactReply& reply);

}  // namespace kith::contacts

namespace kith::http {

/// Reads the query string and the header.
template <>
struct Extract<contacts::AskedForm> {
  static Result<contacts::AskedForm> from(Exchange& exchange) {
    auto view = Extract<Params<contacts::ViewParams>>::from(exchange);
    if (!view) return std::unexpected(std::move(view.error()));
    return contacts::AskedForm{*Extract<AcceptHeader>::from(exchange), view->value};
  }
};

/// Describes the query parameters.
template <>
struct DescribeArgument<contacts::AskedForm> : DescribeArgument<Params<contacts::ViewParams>> {};

/// Describes all forms of a contact.
template <>
struct DescribeReply<contacts::ContactReply> {
  static void to(EndpointDoc& doc);
};

}  // namespace kith::http
