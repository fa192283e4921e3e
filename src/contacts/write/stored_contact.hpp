#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "contacts/model/book.hpp"
#include "contacts/model/card.hpp"
#include "contacts/model/contact.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// The columns of a contact that place its card and those that derive from an explicit card alone.
/// A contact with an implicit card in the default book has the default of each.
struct CardColumns {
  std::int64_t book = default_book;
  std::optional<std::string> resource;   ///< last segment of the URL; nullopt: `<id>.vcf`
  std::optional<std::string> uid;        ///< as spelled; nullopt: the id of the contact
  std::optional<std::string> uid_key;    ///< `uid_key(uid)`
  bool has_card = false;                 ///< whether the card is explicit
  std::optional<ByteString> photo_hash;  ///< SHA-256 of the image of the photo
  std::optional<int> photo_width;        ///< in pixels, upright; nullopt: not known
  std::optional<int> photo_height;
  std::optional<std::string> display;  ///< the formatted name; nullopt: first and last name
  std::optional<std::string> organization;

  static constexpr auto fields() {
    return kith::fields(
        field("book", &CardColumns::book), field("resource", &CardColumns::resource),
        field("uid", &CardColumns::uid), field("uid_key", &CardColumns::uid_key),
        field("has_card", &CardColumns::has_card), field("photo_hash", &CardColumns::photo_hash),
        field("photo_width", &CardColumns::photo_width),
        field("photo_height", &CardColumns::photo_height), field("display", &CardColumns::display),
        field("organization", &CardColumns::organization));
  }

  bool operator==(const CardColumns&) const = default;
};

/// A contact as it is stored, with its card.
struct StoredContact : Contact {
  CardColumns columns;
  std::int64_t card_revision = 0;     ///< of the last change to the bytes of its card or its URL
  std::optional<Card> explicit_card;  ///< nullopt: implicit, or not read
  bool has_keys = true;  ///< false: `contact_keys` may lack keys, because older rules wrote it
  std::optional<Time> deleted_at;  ///< when it was moved to the trash; not always read

  /// Returns its card. REQUIRES: the card was read.
  Card card() const { return explicit_card ? *explicit_card : Card(*this); }
};

/// Returns the select list of a stored contact without its card, for rows that
/// `read_stored_contact` reads.
std::string stored_contact_columns(std::string_view prefix = {});

/// Returns the contact in row `row`, without its card.
StoredContact read_stored_contact(const store::Rows& rows, std::size_t row);

/// What is read of a contact.
enum class Reads : std::uint8_t { without_card, with_card };

/// Reads a contact wherever it is; nullopt if it does not exist. Errors: `unavailable` from the
/// store. Throws store::DatabaseError if its card cannot be read.
Task<Result<std::optional<StoredContact>>> read_contact(store::Store& store, AccountId owner,
                                                        ContactId id, Reads reads);

/// Contacts by their ids.
using ContactsById = std::unordered_map<ContactId, StoredContact>;

/// Reads contacts with their cards, wherever they are, in one statement; those that do not exist
/// are left out. Errors and exceptions as of `read_contact`.
Task<Result<ContactsById>> read_with_cards(store::Store& store, AccountId owner,
                                           std::span<const ContactId> ids, store::Lane lane);

/// The size of a stored card in bytes.
struct CardSize {
  std::size_t content = 0;  ///< without its parts
  std::size_t parts = 0;    ///< large values (card_parts.hpp)
};

/// Returns the sizes of the stored cards of contacts, in the same order; 0 for implicit ones.
/// Errors: `unavailable` from the store.
Task<Result<std::vector<CardSize>>> read_card_sizes(store::Store& store, AccountId owner,
                                                    std::span<const ContactId> ids);

}  // namespace kith::contacts
