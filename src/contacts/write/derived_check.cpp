#include "contacts/write/derived_check.hpp"

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
      Known{contact.updated_at, contact.columns.resource, digest_of(contact, contact.columns),
            digest_of_searched(rows, row)});
}

bool CardCheck::is_right(const store::Rows& rows, std::size_t row) const {
  const auto id = store::read_column<ContactId>(rows, "id", row);
  const auto known = contacts_.find({store::read_column<AccountId>(rows, "account_id", row), id});
  if (known == contacts_.end()) return false;
  auto card = Card::parse(store::read_column<std::string>(rows, "content", row));
  if (!card) return false;
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
