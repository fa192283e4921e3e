#include "contacts/write/derived_check.hpp"

#include <cstring>
#include <type_traits>

#include "contacts/model/contact.hpp"
#include "contacts/write/contact_state.hpp"
#include "contacts/write/derived_columns.hpp"
#include "contacts/write/stored_contact.hpp"
#include "crypto/digest.hpp"
#include "json/write.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

namespace {

/// Returns whether a column holds a value.
template <class T>
bool holds(const store::Cell& cell, const T& value) {
  if constexpr (std::is_same_v<T, ByteString>) {
    return !cell.is_null() && cell.bytes() == value.bytes;
  } else {
    return store::FromCell<T>::get(cell) == value;
  }
}

}  // namespace

namespace {

/// Returns a digest of what a contact has from its card.
std::string digest_of(ContactFields fields, const CardColumns& columns) {
  fields.favorite.reset();
  std::string text = json::to_json(fields);
  for (const auto& each : {columns.uid, columns.uid_key, columns.display, columns.organization}) {
    text += each ? '=' + *each : "-";
    text += '\n';
  }
  return crypto::sha256(text);
}

std::string digest_of_searched(std::string_view text, std::string_view phone_digits) {
  return crypto::sha256(std::string(text).append(1, '\0').append(phone_digits));
}

/// Returns a digest of the searched columns in row `row`; empty if they are outdated.
std::string digest_of_searched(const store::Rows& rows, std::size_t row) {
  if (has_outdated_columns(rows, row)) return {};
  return digest_of_searched(store::read_column<std::string>(rows, "search_text", row),
                            store::read_column<std::string>(rows, "phone_digits", row));
}

}  // namespace

void CardCheck::add_contact(const store::Rows& rows, std::size_t row) {
  if (!store::read_column<bool>(rows, "has_card", row)) return;
  const auto account = store::read_column<AccountId>(rows, "account_id", row);
  const StoredContact contact = read_stored_contact(rows, row);
  contacts_.insert_or_assign(
      {account, contact.id},
      Known{.derived_at = contact.updated_at,
            .resource = contact.columns.resource,
            .digest = digest_of(contact, contact.columns),
            .searched_digest = digest_of_searched(rows, row),
            .book = contact.columns.book,
            .is_in_trash =
                store::read_column<std::optional<Time>>(rows, "deleted_at", row).has_value()});
}

namespace {

/// Returns a hash that is never 0.
std::uint64_t hash_of(const std::string& key) {
  std::uint64_t hash = 0;
  std::memcpy(&hash, crypto::sha256(key).data(), sizeof hash);
  return hash | 1U;
}

}  // namespace

void CardCheck::add_label(const store::Rows& rows, std::size_t row) {
  using Text = std::optional<std::string>;
  // While a label is renamed, some cards have its former name.
  if (store::read_column<Text>(rows, "renamed_from", row)) return;
  const auto account = store::read_column<AccountId>(rows, "account_id", row);
  const std::uint64_t hash = hash_of(store::read_column<std::string>(rows, "name_key", row));
  labels_.emplace(std::pair(account, store::read_column<LabelId>(rows, "id", row)), hash);
  keys_.emplace(account, store::read_column<std::int64_t>(rows, "book", row), hash);
}

void CardCheck::add_contact_label(const store::Rows& rows, std::size_t row) {
  constexpr int of_categories = 1;
  if (store::read_column<int>(rows, "sources", row) % 2 != of_categories) return;
  const auto account = store::read_column<AccountId>(rows, "account_id", row);
  const auto label = labels_.find({account, store::read_column<LabelId>(rows, "label_id", row)});
  const auto contact =
      contacts_.find({account, store::read_column<ContactId>(rows, "contact_id", row)});
  if (label == labels_.end() || contact == contacts_.end()) return;
  contact->second.labels += label->second;
}

bool CardCheck::has_right_labels(const AccountId& account, const Known& contact,
                                 const Card& card) const {
  if (contact.is_in_trash) return true;  // they are found again when it is restored
  std::uint64_t labels = 0;
  for (const std::string& name : labels_of(card)) {
    const std::uint64_t hash = hash_of(label_key(name));
    if (keys_.contains({account, contact.book, hash})) labels += hash;
  }
  return labels == contact.labels;
}

bool CardCheck::is_right(const store::Rows& rows, std::size_t row) const {
  const auto id = store::read_column<ContactId>(rows, "id", row);
  const auto account = store::read_column<AccountId>(rows, "account_id", row);
  const auto known = contacts_.find({account, id});
  if (known == contacts_.end()) return false;
  auto card = Card::parse(store::read_column<std::string>(rows, "content", row));
  if (!card || !has_right_labels(account, known->second, *card)) return false;
  // A phonetic name that is stored apart. Other parts have no text.
  const bool has_parts = !rows.cell(row, store::column_number(rows.names(), "parts", 0)).is_null();
  const bool lacks_a_sound = has_parts && !card->document().find_all("SOUND").empty();
  const Operation operation{.id = id, .resource = known->second.resource};
  const ContactState state =
      derive_state(*std::move(card), operation, nullptr, known->second.derived_at);
  if (digest_of(state.fields, state.columns) != known->second.digest) return false;
  const SearchColumns searched = search_columns_of(state.searched());
  const std::string& stored = known->second.searched_digest;
  return stored.empty() || lacks_a_sound ||
         stored == digest_of_searched(searched.text, searched.phone_digits);
}

bool has_outdated_columns(const store::Rows& rows, std::size_t row) {
  const auto version = store::read_column<std::int64_t>(rows, "derived_version", row);
  return must_recompute(version, store::read_column<bool>(rows, "has_card", row));
}

bool has_right_columns(const store::Rows& rows, std::size_t row) {
  const auto contact = store::read_row<ContactFields>(rows, row);
  const DerivedColumns derived(contact);
  const bool has_card = store::read_column<bool>(rows, "has_card", row);
  bool right = !has_outdated_columns(rows, row);
  DerivedColumns::fields().for_each([&](const auto& field) {
    const bool is_searched = field.name == "search_text" || field.name == "phone_digits";
    if (field.name == "derived_version" || (is_searched && has_card)) return;
    const std::size_t column = store::column_number(rows.names(), field.name, 0);
    right = right && holds(rows.cell(row, column), derived.*field.member);
  });
  return right;
}

}  // namespace kith::contacts
