#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "contacts/model/color.hpp"
#include "contacts/model/label.hpp"
#include "contacts/write/operation.hpp"
#include "contacts/write/stored_contact.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// The columns of a label that its history keeps.
struct LabelColumns {
  std::int64_t book = default_book;
  std::string name;
  std::optional<Color> color;
  std::optional<std::string> resource;  ///< of its group card: the last segment of the URL
  std::optional<std::string> uid;       ///< of its group card, as spelled

  static std::string schema_name() { return "LabelColumns"; }
  static constexpr auto fields() {
    constexpr FieldRules verbatim{.verbatim = true};
    return kith::fields(
        field("book", &LabelColumns::book), field("name", &LabelColumns::name, verbatim),
        field("color", &LabelColumns::color), field("resource", &LabelColumns::resource, verbatim),
        field("uid", &LabelColumns::uid, verbatim));
  }

  bool operator==(const LabelColumns&) const = default;
};

/// A label as it is stored.
struct StoredLabel : LabelColumns {
  LabelId id;
  std::int64_t revision = 0;           ///< of the last change of the label or of its group card
  std::optional<std::string> content;  ///< bytes of its group card; nullopt: no client made one
  std::optional<std::string> renamed_from;  ///< some cards may still have this name
};

/// Reads a label; nullopt if it does not exist. Errors: `unavailable` from the store.
Task<Result<std::optional<StoredLabel>>> read_label(store::Store& store, AccountId owner,
                                                    LabelId id);

/// Reads the label of a book with this key, likewise.
Task<Result<std::optional<StoredLabel>>> read_label_named(store::Store& store, AccountId owner,
                                                          std::int64_t book, std::string_view key);

/// A change of a label: its creation (`before` is null), its deletion (`after` is null), or both.
struct LabelUpdate {
  AccountId owner;
  Origin origin;
  const StoredLabel* before = nullptr;
  const StoredLabel* after = nullptr;
  bool keeps_history = true;
};

/// Writes a change of a label in one transaction, with the members of its group card, the labels of
/// the contacts that these are, and the history. Returns the new revision of the account, or 0 when
/// `before` is no longer the newest state; then nothing was written. Errors: `conflict` when the
/// name is taken, the account was deleted, or contacts outside the trash have a label that is to be
/// deleted; `forbidden` (`too-many-labels`) for a creation beyond
/// `labels_max`; those of the store.
Task<Result<std::int64_t>> write_label(store::Store& store, const LabelUpdate& update);

/// Returns the refusal of a label beyond `labels_max`.
Error too_many_labels();

}  // namespace kith::contacts
