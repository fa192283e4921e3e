#include "contacts/write/stored_contact.hpp"

#include <utility>

#include "contacts/rows/contact_rows.hpp"
#include "contacts/write/card_parts.hpp"
#include "contacts/write/derived_columns.hpp"
#include "store/rows.hpp"

namespace kith::store {

template <>
struct FromCell<ByteString> {
  static ByteString get(const Cell& cell) { return {std::string(cell.bytes())}; }
};

}  // namespace kith::store

namespace kith::contacts {

using store::Query;

std::string stored_contact_columns(std::string_view prefix) {
  const std::string dot(prefix);
  return contact_columns(prefix) + ", " + store::column_list(CardColumns::fields(), prefix) + ", " +
         dot + "card_rev, " + dot + "country_code, " + dot + "derived_version";
}

StoredContact read_stored_contact(const store::Rows& rows, std::size_t row) {
  StoredContact contact;
  static_cast<Contact&>(contact) = read_contact(rows, row);
  contact.columns = store::read_row<CardColumns>(rows, row);
  contact.country_code = store::read_column<int>(rows, "country_code", row);
  contact.card_revision = store::read_column<std::int64_t>(rows, "card_rev", row);
  const auto version = store::read_column<std::int64_t>(rows, "derived_version", row);
  contact.has_keys = rules_of(version) >= derived_keys_rules;
  return contact;
}

namespace {

const Query select_without_card{"contacts.get_with_trash",
                                "select " + stored_contact_columns() +
                                    ", deleted_at from contacts where account_id = $1 and id = $2"};

// One row for each part. The content is in the row of its first part alone: `substr` is the hash of
// the first entry in the index (card_parts.hpp).
const Query select_with_card{
    "contacts.get_with_card",
    "select " + stored_contact_columns("c.") +
        ", c.deleted_at, case when coalesce(p.hash = substr(k.parts, 17, 32), true) "
        "then k.content end as content, k.parts, p.hash as part_hash, p.content as part "
        "from contacts c left join cards k on k.account_id = c.account_id and k.id = c.id "
        "left join card_parts p on p.account_id = k.account_id and p.contact_id = k.id "
        "where c.account_id = $1 and c.id = $2"};

/// Returns the bytes of the card in `rows`, which belong to one contact.
std::string card_in(const store::Rows& rows) {
  std::string content;
  PartBytes parts;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    using Text = std::optional<std::string>;
    if (auto some = store::read_column<Text>(rows, "content", row)) content = *std::move(some);
    auto hash = store::read_column<Text>(rows, "part_hash", row);
    if (!hash) continue;
    parts.emplace(*std::move(hash),
                  decompress_part(store::read_column<std::string>(rows, "part", row)));
  }
  const auto index = store::read_column<std::optional<std::string>>(rows, "parts");
  return index ? join_card(content, *index, parts) : content;
}

}  // namespace

Task<Result<std::optional<StoredContact>>> read_contact(store::Store& store, AccountId owner,
                                                        ContactId id, Reads reads) {
  const bool with_card = reads == Reads::with_card;
  const auto rows = co_await store.read(with_card ? select_with_card : select_without_card,
                                        store::values(owner, id));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return std::nullopt;
  StoredContact contact = read_stored_contact(*rows, 0);
  contact.deleted_at = store::read_column<std::optional<Time>>(*rows, "deleted_at");
  if (!with_card || !contact.columns.has_card) co_return contact;
  auto card = Card::parse(card_in(*rows), contact.favorite);
  if (!card) throw store::DatabaseError("a stored card cannot be read: " + card.error().detail);
  contact.explicit_card = *std::move(card);
  co_return contact;
}

}  // namespace kith::contacts
