#include "contacts/write/card_writes.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <span>
#include <utility>

#include "contacts/write/card_patch.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using store::Query;
using store::values;

namespace {

// The revision that guards a statement: $3, or that of the account.
const std::string has_revision =
    "rev = coalesce($3, (select rev from account_rev where account_id = $1))";

const Query update_card_columns{"cards.update_columns",
                                "update contacts set " +
                                    store::assignment_list(CardColumns::fields(), 4) +
                                    " where account_id = $1 and id = $2 and " + has_revision};

const Query put_card{"cards.put",
                     "insert into cards (account_id, id, content, parts, version, bytes) "
                     "select account_id, id, $4, $5, $6, $7 from contacts "
                     "where account_id = $1 and id = $2 and " +
                         has_revision +
                         " on conflict (account_id, id) do update set "
                         "content = excluded.content, parts = excluded.parts, "
                         "version = excluded.version, bytes = excluded.bytes"};

const std::string is_unchanged =
    " and exists (select 1 from contacts where account_id = $1 and id = $2 and " + has_revision +
    ")";
const Query delete_card{"cards.delete",
                        "delete from cards where account_id = $1 and id = $2" + is_unchanged};

const Query insert_part{"cards.insert_part",
                        "insert into card_parts (account_id, contact_id, hash, content) "
                        "select account_id, id, $4, $5 from contacts "
                        "where account_id = $1 and id = $2 and " +
                            has_revision + " on conflict do nothing"};
const Query delete_part{
    "cards.delete_part",
    "delete from card_parts where account_id = $1 and contact_id = $2 and hash = $4" +
        is_unchanged};

const Query insert_key{"cards.insert_key",
                       "insert into contact_keys (account_id, kind, key, contact_id) "
                       "select account_id, $4, $5, id from contacts "
                       "where account_id = $1 and id = $2 and " +
                           has_revision + " on conflict do nothing"};
const Query delete_key{"cards.delete_key",
                       "delete from contact_keys where account_id = $1 and kind = $4 and key = $5 "
                       "and contact_id = $2" +
                           is_unchanged};

/// Returns the insertion of `count` keys of a new contact.
std::string insertion_of_keys(std::size_t count) {
  std::string text = "insert into contact_keys (account_id, contact_id, kind, key) values ";
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t parameter = 3 + 2 * i;
    text.append(i > 0 ? ", " : "").append("($1, $2, $").append(std::to_string(parameter));
    text.append(", $").append(std::to_string(parameter + 1)).append(")");
  }
  return text;
}

// Simple contacts have at most three keys.
const std::array<Query, 3> insert_first_keys{{{"cards.insert_first_key", insertion_of_keys(1)},
                                              {"cards.insert_two_keys", insertion_of_keys(2)},
                                              {"cards.insert_three_keys", insertion_of_keys(3)}}};

/// Returns whether two simple forms generate the same card.
bool generate_same(ContactFields a, const ContactFields& b) {
  a.favorite = b.favorite;
  return a == b;
}

/// Returns whether two simple forms have the same keys.
bool have_same_keys(const ContactFields& a, const ContactFields& b) {
  return a.first_name == b.first_name && a.last_name == b.last_name && a.email == b.email &&
         a.phone == b.phone;
}

void compare_keys(CardWrite& write, const StoredContact& current, const ContactState& next) {
  const bool is_simple = !current.explicit_card && !next.explicit_card;
  if (is_simple && current.has_keys && have_same_keys(current, next.fields)) return;
  const auto before = keys_of(current.card());
  const auto after = next.explicit_card ? next.keys : keys_of(Card(next.fields));
  std::ranges::set_difference(before, after, std::back_inserter(write.lost_keys));
  if (current.has_keys) {
    std::ranges::set_difference(after, before, std::back_inserter(write.new_keys));
  } else {
    write.new_keys = after;
  }
}

/// Returns the size of an explicit card, 0 if there is none.
std::int64_t bytes_of(const std::optional<Card>& card) {
  return card ? static_cast<std::int64_t>(card->bytes().size()) : 0;
}

/// Returns `contact_changes.old_card` of a change whose bytes differ.
std::optional<std::string> old_card_of(const StoredContact& current, const ContactState& next) {
  if (!current.explicit_card && !next.explicit_card) return std::nullopt;  // the fields say it
  if (!current.explicit_card) return "";
  const std::string_view after =
      next.explicit_card ? std::string_view(next.explicit_card->bytes()) : std::string_view();
  return card_patch(current.explicit_card->bytes(), after);
}

/// Sets the card to store, and the parts that differ from those of `before` (null: none).
void cut_next(CardWrite& write, const std::optional<Card>& next, const Card* before) {
  write.card = next;
  if (next) write.cut = cut_card(next->document());
  const CutCard old = before ? cut_card(before->document()) : CutCard();
  const auto is_in = [](const std::vector<CardPart>& parts, const CardPart& wanted) {
    return std::ranges::find(parts, wanted.hash, &CardPart::hash) != parts.end();
  };
  for (const CardPart& part : write.cut.parts) {
    if (!is_in(old.parts, part)) write.new_parts.push_back(part);
  }
  for (const CardPart& part : old.parts) {
    if (!is_in(write.cut.parts, part)) write.lost_parts.push_back(part.hash);
  }
}

}  // namespace

bool has_same_card(const StoredContact& current, const ContactState& next) {
  if (!current.explicit_card || !next.explicit_card) {
    return !current.explicit_card && !next.explicit_card && generate_same(current, next.fields);
  }
  return current.explicit_card->bytes() == next.explicit_card->bytes();
}

bool has_same_place(const StoredContact& current, const ContactState& next) {
  return current.columns.book == next.columns.book &&
         current.columns.resource == next.columns.resource;
}

CardWrite CardWrite::creation(const ContactState& next) {
  CardWrite write;
  if (next.columns != CardColumns()) write.columns = next.columns;
  if (next.columns.book != default_book) write.entered_book = next.columns.book;
  cut_next(write, next.explicit_card, nullptr);
  write.added_bytes = bytes_of(next.explicit_card);
  write.new_keys = next.explicit_card ? next.keys : keys_of(Card(next.fields));
  return write;
}

CardWrite CardWrite::change(const StoredContact& current, const ContactState& next) {
  CardWrite write;
  const bool is_same_card = has_same_card(current, next);
  write.leaves_url = !has_same_place(current, next);
  write.moves_revision = !is_same_card || write.leaves_url;
  const bool has_moved = current.columns.book != next.columns.book;
  if (has_moved && next.columns.book != default_book) write.entered_book = next.columns.book;
  if (current.columns != next.columns) write.columns = next.columns;
  if (!is_same_card || !current.has_keys) compare_keys(write, current, next);
  if (is_same_card) return write;
  cut_next(write, next.explicit_card, current.explicit_card ? &*current.explicit_card : nullptr);
  write.added_bytes = bytes_of(next.explicit_card) - bytes_of(current.explicit_card);
  write.removes_card = current.explicit_card && !next.explicit_card;
  write.old_card = old_card_of(current, next);
  return write;
}

namespace {

/// Adds the row of the card and those of its parts.
void add_stored_card(store::Batch& batch, const CardTarget& target, const CardWrite& write) {
  const auto& [owner, id, revision] = target;
  using store::Bytes;
  if (write.card) {
    const std::string& index = write.cut.index;
    batch.add(put_card, owner, id, revision, Bytes{write.cut.content},
              index.empty() ? std::nullopt : std::optional(Bytes{index}),
              std::to_underlying(write.card->document().version()), bytes_of(write.card));
  }
  if (write.removes_card) batch.add(delete_card, owner, id, revision);
  for (const CardPart& part : write.new_parts) {
    batch.add(insert_part, owner, id, revision, Bytes{part.hash},
              store::OwnedBytes{compress_part(part.bytes)});
  }
  for (const std::string& hash : write.lost_parts) {
    batch.add(delete_part, owner, id, revision, Bytes{hash});
  }
}

}  // namespace

void add_card_statements(store::Batch& batch, const CardTarget& target, const CardWrite& write) {
  const auto& [owner, id, revision] = target;
  for (const auto& [kind, key] : write.lost_keys) {
    batch.add(delete_key, owner, id, revision, std::to_underlying(kind), key);
  }
  for (const auto& [kind, key] : write.new_keys) {
    batch.add(insert_key, owner, id, revision, std::to_underlying(kind), key);
  }
  add_stored_card(batch, target, write);
  if (!write.columns) return;
  store::Values parameters = values(owner, id, revision);
  store::append_values(parameters, CardColumns::fields(), *write.columns);
  batch.add_values(update_card_columns, std::move(parameters));
}

void add_keys(store::Batch& batch, const CardTarget& target, std::vector<ContactKey> keys) {
  for (auto& [kind, key] : keys) {
    batch.add(insert_key, target.owner, target.id, target.revision, std::to_underlying(kind),
              std::move(key));
  }
}

void add_first_keys(store::Batch& batch, const CardTarget& target, const CardWrite& write) {
  std::span<const ContactKey> keys = write.new_keys;
  while (!keys.empty()) {
    const std::size_t count = std::min(keys.size(), insert_first_keys.size());
    store::Values parameters = values(target.owner, target.id);
    for (const auto& [kind, key] : keys.first(count)) {
      parameters.push_back(store::to_value(std::int64_t{std::to_underlying(kind)}));
      parameters.push_back(store::to_value(key));
    }
    batch.add_values(insert_first_keys[count - 1], std::move(parameters));
    keys = keys.subspan(count);
  }
}

}  // namespace kith::contacts
