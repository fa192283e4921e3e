#include "contacts/api/contact_body.hpp"

#include <utility>

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

}  // namespace

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

}  // namespace kith::contacts
