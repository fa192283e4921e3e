#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "base/ids.hpp"
#include "base/time.hpp"
#include "contacts/model/card.hpp"
#include "contacts/model/label.hpp"
#include "store/value.hpp"

namespace kith::contacts {

/// Returns whether the derived columns of a contact were computed by older rules or another version
/// of ICU, so that a job must recompute them. REQUIRES: `rows` have all columns of the table.
bool has_outdated_columns(const store::Rows& rows, std::size_t row);

/// Returns whether the derived columns of a contact match its fields. They differ when another
/// version of ICU collates differently or the row is damaged. What is searched of a contact with a
/// stored card is left to CardCheck. Throws store::DatabaseError for a row that cannot be read.
/// REQUIRES: `rows` have all columns of the table.
bool has_right_columns(const store::Rows& rows, std::size_t row);

/// Compares the fields and the labels of contacts with their stored cards: the contacts first, then
/// the labels, those of contacts, and the cards. Needs about 150 bytes for each contact with a
/// card.
class CardCheck {
 public:
  /// Remembers the contact in row `row` if it has a stored card. Throws store::DatabaseError for a
  /// row that cannot be read. REQUIRES: `rows` have all columns of `contacts`.
  void add_contact(const store::Rows& rows, std::size_t row);

  /// Remembers the label in row `row`. REQUIRES: `rows` have all columns of `labels`.
  void add_label(const store::Rows& rows, std::size_t row);

  /// Remembers that a contact has a label. REQUIRES: `rows` have all columns of `contact_labels`.
  void add_contact_label(const store::Rows& rows, std::size_t row);

  /// Returns whether the contact has the fields, the UID, the organization, the searched texts and,
  /// unless it is in the trash, the labels of the card in row `row`. Texts that a job recomputes do
  /// not count. REQUIRES: `rows` have all columns of `cards`.
  bool is_right(const store::Rows& rows, std::size_t row) const;

 private:
  struct Known {
    Time derived_at;  ///< decides which birthdays were in the future
    std::optional<std::string> resource;
    std::string digest;
    std::string searched_digest;  ///< empty: outdated
    std::int64_t book = 0;
    bool is_in_trash = false;
    std::uint64_t labels = 0;  ///< the sum of the hashes of the keys of its labels
  };

  bool has_right_labels(const AccountId& account, const Known& contact, const Card& card) const;

  std::map<std::pair<AccountId, LabelId>, std::uint64_t> labels_;  ///< hashes of their keys
  /// The keys of the labels of an account and book, by their hashes.
  std::set<std::tuple<AccountId, std::int64_t, std::uint64_t>> keys_;
  std::map<std::pair<AccountId, ContactId>, Known> contacts_;
};

}  // namespace kith::contacts
