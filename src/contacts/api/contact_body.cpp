#include "contacts/api/contact_body.hpp"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace kith::contacts {

namespace {

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

}  // namespace

void set_body(Operation& operation, ContactBody body) {
  operation.book = body.book;
  auto labels = labels_in(body);
  if (labels) operation.all_labels = *std::move(labels);
  std::optional<Error> refused;
  if (!labels) refused = std::move(labels.error());
  operation.change = [fields = fields_of(std::move(body)),
                      refused = std::move(refused)](const StoredContact*) -> Result<Card> {
    if (refused) return std::unexpected(*refused);
    return fields;
  };
}

void set_body(Operation& operation, std::string_view json, json::Mode mode, Time now) {
  set_surroundings(operation, json);
  operation.change = [json, mode, now](const StoredContact* current) -> Result<Card> {
    ContactBody before;
    if (current && mode == json::Mode::merge) static_cast<ContactFields&>(before) = *current;
    auto body = json::read_onto(std::move(before), json, mode, now);
    if (!body) return std::unexpected(std::move(body.error()));
    if (auto labels = labels_in(*body); !labels) return std::unexpected(std::move(labels.error()));
    return fields_of(*std::move(body));
  };
}

}  // namespace kith::contacts
