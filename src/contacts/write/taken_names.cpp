#include "contacts/write/taken_names.hpp"

#include <string>

#include "contacts/rows/contact_rows.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::values;

namespace {

// A contact without a UID of its own has its id ($5) as its UID.
const Query select_uid_holder{
    "contacts.uid_holder",
    "select id from contacts where account_id = $1 and book = $2 and uid_key = $3 "
    "and deleted_at is null and id <> $4 union all "
    "select id from contacts where account_id = $1 and id = $5 and id <> $4 and book = $2 "
    "and uid_key is null and " +
        std::string(is_living)};

const Query select_resource_holder{
    "contacts.resource_holder",
    "select id from contacts where account_id = $1 and book = $2 and resource = $3 "
    "and deleted_at is null and id <> $4"};

Result<std::optional<ContactId>> holder_in(const Result<store::Rows>& rows) {
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return std::nullopt;
  return store::read_column<ContactId>(*rows, "id");
}

Error taken(std::string_view slug, std::string detail, const ContactId& holder) {
  return {.code = Errc::conflict,
          .detail = std::move(detail),
          .slug = slug,
          .members = "\"id\":\"" + holder.to_string() + "\""};
}

}  // namespace

Task<Result<std::optional<ContactId>>> find_uid_holder(store::Store& store, NamedContact contact) {
  const auto& [owner, id, columns] = contact;
  if (!columns.uid_key) co_return std::nullopt;
  const auto named = ContactId::parse(*columns.uid_key);
  co_return holder_in(co_await store.read(
      select_uid_holder, values(owner, columns.book, *columns.uid_key, id, named ? *named : id)));
}

Task<Result<std::optional<ContactId>>> find_resource_holder(store::Store& store,
                                                            NamedContact contact) {
  const auto& [owner, id, columns] = contact;
  if (!columns.resource) co_return std::nullopt;
  co_return holder_in(co_await store.read(select_resource_holder,
                                          values(owner, columns.book, *columns.resource, id)));
}

Error uid_taken(const ContactId& holder) {
  return taken("uid-taken", "Another contact of the address book has this UID.", holder);
}

Error resource_taken(const ContactId& holder) {
  return taken("resource-taken", "Another contact of the address book has this URL.", holder);
}

}  // namespace kith::contacts
