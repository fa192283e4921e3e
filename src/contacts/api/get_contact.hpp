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

/// Answers with a contact in the form that `Accept` and `view` ask for; JSON if `Accept` admits no
/// form.
Task<Result<ContactReply>> get_contact(Services& services, http::Principal who,
                                       ContactTarget target, http::Params<ViewParams> params,
                                       http::AcceptHeader accept);

/// Writes the reply.
void write_reply(http::Exchange& exchange, ContactReply& reply);

}  // namespace kith::contacts

namespace kith::http {

/// Describes all forms of a contact.
template <>
struct DescribeReply<contacts::ContactReply> {
  static void to(EndpointDoc& doc);
};

}  // namespace kith::http
