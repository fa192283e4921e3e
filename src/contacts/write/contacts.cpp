#include "contacts/write/contacts.hpp"

#include <utility>

#include "contacts/rows/contact_rows.hpp"

namespace kith::contacts {

using store::Query;
using store::values;

namespace {

const Query select_contact{"contacts.get",
                           "select " + contact_columns() +
                               " from contacts where account_id = $1 and id = $2 and " + is_living};

}  // namespace

Task<Result<Contact>> Contacts::get(AccountId owner, ContactId id) {
  auto rows = co_await store_.read(select_contact, values(owner, id));
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  if (rows->empty()) co_return no_such_contact();
  co_return read_contact(*rows, 0);
}

}  // namespace kith::contacts
