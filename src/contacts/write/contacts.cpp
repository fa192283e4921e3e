#include "contacts/write/contacts.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

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

Task<Result<StoredContact>> Contacts::get_card(AccountId owner, ContactId id) {
  auto contact = co_await read_contact(store_, owner, id, Reads::with_card);
  if (!contact) co_return std::unexpected(std::move(contact.error()));
  if (!*contact || (*contact)->deleted_at) co_return no_such_contact();
  co_return **std::move(contact);
}

Task<Result<ContactsById>> Contacts::get_cards(AccountId owner, std::span<const ContactId> ids,
                                               store::Lane lane) {
  co_return co_await read_with_cards(store_, owner, ids, lane);
}

Task<Result<std::vector<CardSize>>> Contacts::card_sizes(AccountId owner,
                                                         std::span<const ContactId> ids) {
  co_return co_await read_card_sizes(store_, owner, ids);
}

Task<Result<StoredContact>> Contacts::get_stored(AccountId owner, ContactId id) {
  auto contact = co_await read_contact(store_, owner, id, Reads::without_card);
  if (!contact) co_return std::unexpected(std::move(contact.error()));
  if (!*contact || (*contact)->deleted_at) co_return no_such_contact();
  co_return **std::move(contact);
}

namespace {

const Query select_above{"contacts.above", "select " + stored_contact_columns() +
                                               " from contacts where account_id = $1 and id > $2 "
                                               "and " +
                                               is_living + " order by id limit $3"};

/// A piece of `cards_above` ends when its cards have this size, or after this many contacts: their
/// notes may be long.
constexpr std::size_t piece_bytes = 1024 * 1024;
constexpr int piece_contacts = 32;

}  // namespace

Task<Result<std::vector<StoredContact>>> Contacts::cards_above(AccountId owner, ContactId above) {
  const auto rows =
      co_await store_.read(select_above, values(owner, above, piece_contacts), store::Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  std::vector<StoredContact> contacts;
  std::size_t bytes = 0;
  for (std::size_t row = 0; row < rows->size() && bytes < piece_bytes; ++row) {
    contacts.push_back(read_stored_contact(*rows, row));
    if (!contacts.back().columns.has_card) continue;
    auto contact = co_await read_contact(store_, owner, contacts.back().id, Reads::with_card);
    if (!contact) co_return std::unexpected(std::move(contact.error()));
    if (!*contact) continue;  // deleted meanwhile: its simple form remains
    contacts.back() = **std::move(contact);
    if (contacts.back().explicit_card) bytes += contacts.back().explicit_card->bytes().size();
  }
  co_return contacts;
}

}  // namespace kith::contacts
