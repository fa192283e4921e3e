#include "contacts/write/operation.hpp"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>

#include "json/write.hpp"

namespace kith::contacts {

Origin as_change_group(Origin origin, const Uuid& id) {
  std::array<std::int64_t, 2> halves{};
  std::memcpy(halves.data(), id.data.data(), sizeof halves);
  origin.change_group = halves[0] ^ halves[1];
  if (origin.change_group == 0) origin.change_group = 1;  // 0 is no group
  return origin;
}

Origin as_change_group(Origin origin) { return as_change_group(origin, Uuid::make_v7(origin.at)); }

std::unexpected<Error> no_such_contact() {
  return refuse(Errc::not_found, "The contact does not exist.");
}

Error group_card_refused() {
  return {.code = Errc::invalid,
          .detail =
              "The card is that of a group, which is a label and not a contact. Create it "
              "with POST /api/v1/labels.",
          .slug = "group-card"};
}

std::unexpected<Error> failed_precondition(std::string detail, const Contact* current) {
  CurrentContact members;
  if (current) members = {*current, current->revision};
  const std::string object = json::to_json(members);
  return std::unexpected(Error{.code = Errc::precondition_failed,
                               .detail = std::move(detail),
                               .members = object.substr(1, object.size() - 2)});
}

bool KnownRevision::is_of(const StoredContact& contact) const {
  switch (of) {
    case RevisionOf::contact: return contact.revision == number;
    case RevisionOf::stored_card:
      return contact.columns.has_card && contact.card_revision == number;
    case RevisionOf::generated_card:
      return !contact.columns.has_card && contact.card_revision == number;
  }
  return false;
}

bool has_one_of(const StoredContact& contact, std::span<const KnownRevision> revisions) {
  return std::ranges::any_of(
      revisions, [&](const KnownRevision& revision) { return revision.is_of(contact); });
}

std::unexpected<Error> stale(const Contact& current) {
  return failed_precondition("The contact has changed since you read it. Reload it and try again.",
                             &current);
}

std::optional<Error> failed_condition(const Operation& operation, const StoredContact& current) {
  if (!operation.seen.empty() && !has_one_of(current, operation.seen)) {
    return stale(current).error();
  }
  if (!operation.must_be_new && !has_one_of(current, operation.unlike)) return std::nullopt;
  return failed_precondition("The contact matches If-None-Match, so nothing was changed.", &current)
      .error();
}

}  // namespace kith::contacts
