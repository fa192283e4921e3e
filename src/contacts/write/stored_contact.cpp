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
         dot + "card_rev, " + dot + "derived_version";
}

StoredContact read_stored_contact(const store::Rows& rows, std::size_t row) {
  StoredContact contact;
  static_cast<Contact&>(contact) = read_contact(rows, row);
  contact.columns = store::read_row<CardColumns>(rows, row);
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
const std::string card_columns = stored_contact_columns("c.") +
                                 ", c.deleted_at, case when coalesce(p.hash = substr(k.parts, 17, "
                                 "32), true) then k.content end as content, k.parts, "
                                 "p.hash as part_hash, p.content as part ";

const Query select_with_card{
    "contacts.get_with_card",
    "select " + card_columns +
        "from contacts c left join cards k on k.account_id = c.account_id and k.id = c.id "
        "left join card_parts p on p.account_id = k.account_id and p.contact_id = k.id "
        "where c.account_id = $1 and c.id = $2"};

// $2: the concatenated ids. In PostgreSQL one plan serves all accounts: the offsets force look-ups
// by key, because a plan for the average account could read all of its rows.
const std::string each_id =
    "with recursive n (at) as (select 1 union all select at + 16 from n "
    "where at + 16 <= length($2)) ";
const std::string each_id_postgres = "from generate_series(1, length($2::bytea), 16) n (at) ";
static_assert(sizeof(ContactId) == 16, "the statements cut the ids apart");

const Query select_with_cards{
    "contacts.get_with_cards",
    each_id + "select " + card_columns +
        "from n cross join contacts c on c.account_id = $1 and c.id = substr($2, n.at, 16) "
        "left join cards k on k.account_id = c.account_id and k.id = c.id "
        "left join card_parts p on p.account_id = k.account_id and p.contact_id = k.id",
    "select " + card_columns + each_id_postgres +
        "cross join lateral (select * from contacts where account_id = $1 "
        "and id = substr($2::bytea, n.at, 16) offset 0) c "
        "left join lateral (select * from cards where account_id = $1 and id = c.id offset 0) k "
        "on true left join lateral (select * from card_parts where account_id = $1 "
        "and contact_id = k.id offset 0) p on true"};

const Query select_card_sizes{
    "contacts.card_sizes",
    each_id +
        "select k.id, length(k.content) as bytes, k.parts "
        "from n cross join cards k on k.account_id = $1 and k.id = substr($2, n.at, 16)",
    "select k.id, length(k.content)::bigint as bytes, k.parts " + each_id_postgres +
        "cross join lateral (select * from cards where account_id = $1 "
        "and id = substr($2::bytea, n.at, 16) offset 0) k"};

using Text = std::optional<std::string>;

/// The bytes of one card, as its rows come.
struct CardRows {
  std::string content;
  Text index;
  PartBytes parts;

  void add(const store::Rows& rows, std::size_t row) {
    if (auto some = store::read_column<Text>(rows, "content", row)) content = *std::move(some);
    if (!index) index = store::read_column<Text>(rows, "parts", row);
    auto hash = store::read_column<Text>(rows, "part_hash", row);
    if (!hash) return;
    parts.emplace(*std::move(hash),
                  decompress_part(store::read_column<std::string>(rows, "part", row)));
  }

  std::string joined() const { return index ? join_card(content, *index, parts) : content; }
};

StoredContact read_with_trash(const store::Rows& rows, std::size_t row) {
  StoredContact contact = read_stored_contact(rows, row);
  contact.deleted_at = store::read_column<std::optional<Time>>(rows, "deleted_at", row);
  return contact;
}

void set_card(StoredContact& contact, const CardRows& rows) {
  auto card = Card::parse(rows.joined(), contact.favorite);
  if (!card) throw store::DatabaseError("a stored card cannot be read: " + card.error().detail);
  contact.explicit_card = *std::move(card);
}

std::string joined(std::span<const ContactId> ids) {
  std::string bytes;
  bytes.reserve(ids.size() * sizeof(ContactId));
  for (const ContactId& id : ids) bytes += id.uuid.bytes();
  return bytes;
}

}  // namespace

Task<Result<std::optional<StoredContact>>> read_contact(store::Store& store, AccountId owner,
                                                        ContactId id, Reads reads) {
  const bool with_card = reads == Reads::with_card;
  const auto rows = co_await store.read(with_card ? select_with_card : select_without_card,
                                        store::values(owner, id));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return std::nullopt;
  StoredContact contact = read_with_trash(*rows, 0);
  if (!with_card || !contact.columns.has_card) co_return contact;
  CardRows card;
  for (std::size_t row = 0; row < rows->size(); ++row) card.add(*rows, row);
  set_card(contact, card);
  co_return contact;
}

Task<Result<ContactsById>> read_with_cards(store::Store& store, AccountId owner,
                                           std::span<const ContactId> ids, store::Lane lane) {
  ContactsById contacts;
  if (ids.empty()) co_return contacts;
  const auto rows = co_await store.read(select_with_cards,
                                        store::values(owner, store::OwnedBytes{joined(ids)}), lane);
  if (!rows) co_return std::unexpected(rows.error());
  std::unordered_map<ContactId, CardRows> cards;
  for (std::size_t row = 0; row < rows->size(); ++row) {
    const auto id = store::read_column<ContactId>(*rows, "id", row);
    const auto [found, is_new] = contacts.try_emplace(id);
    if (is_new) found->second = read_with_trash(*rows, row);
    if (found->second.columns.has_card) cards[id].add(*rows, row);
  }
  for (const auto& [id, card] : cards) set_card(contacts.at(id), card);
  co_return contacts;
}

Task<Result<std::vector<CardSize>>> read_card_sizes(store::Store& store, AccountId owner,
                                                    std::span<const ContactId> ids) {
  std::vector<CardSize> sizes(ids.size());
  if (ids.empty()) co_return sizes;
  const auto rows =
      co_await store.read(select_card_sizes, store::values(owner, store::OwnedBytes{joined(ids)}));
  if (!rows) co_return std::unexpected(rows.error());
  std::unordered_map<ContactId, CardSize> found;
  for (std::size_t row = 0; row < rows->size(); ++row) {
    CardSize& size = found[store::read_column<ContactId>(*rows, "id", row)];
    const auto bytes = store::read_column<std::int64_t>(*rows, "bytes", row);
    size.content = static_cast<std::size_t>(bytes);
    size.parts = parts_bytes(store::read_column<Text>(*rows, "parts", row).value_or(""));
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (const auto size = found.find(ids[i]); size != found.end()) sizes[i] = size->second;
  }
  co_return sizes;
}

}  // namespace kith::contacts
