#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contacts/model/sort.hpp"
#include "contacts/rows/cursor.hpp"
#include "contacts/search/block.hpp"
#include "contacts/search/terms.hpp"
#include "contacts/search/text.hpp"

namespace kith::contacts {

/// A search and the order of its results.
struct SearchQuestion {
  SearchTerms terms;
  /// Null: best first: matches of the words as a phrase (or the number) before scattered matches,
  /// then favourites before others, then matches at the beginning of words, then by name.
  std::optional<Sort> sort;
  std::optional<bool> favorite = std::nullopt;      ///< only favourites, or only others
  std::optional<std::int64_t> book = std::nullopt;  ///< only contacts of an address book
  /// Only these contacts, sorted; null: all.
  std::shared_ptr<const std::vector<ContactId>> only = nullptr;
  std::optional<Position> after = std::nullopt;  ///< the contact after which the answer begins
};

/// A contact in the answer to a question.
struct FoundEntry {
  ContactId id;
  MatchedField field;
  // Its key in the order of the answer.
  std::int64_t number;
  std::string_view sort_key;  ///< points into the index; empty when the order has none

  /// Returns the position of a page that ends with this contact.
  Position position() const { return {number, std::string(sort_key), id}; }
};

/// The first contacts of an answer.
struct FoundContacts {
  std::vector<FoundEntry> items;
  bool has_more = false;  ///< more follow after the last
};

/// A change of a contact, as passed to the index.
struct SearchChange {
  ContactId id;
  std::optional<SearchRow> now;  ///< null: deleted
};

class SearchIndex;
using SearchIndexPtr = std::shared_ptr<const SearchIndex>;

/// All contacts of an account at one revision, searchable without the database: a packed block, and
/// a small block of the changes since it was built. Immutable, so all loops may read it
/// concurrently.
class SearchIndex {
 public:
  /// REQUIRES: `block` was read after the account had reached `revision` and `derived_epoch`; it
  /// may or may not include later changes.
  SearchIndex(SearchBlock block, std::int64_t revision, std::int64_t derived_epoch = 0);

  std::int64_t revision() const { return revision_; }

  /// Returns how often the account's derived columns had been recomputed without a new revision. An
  /// index of another epoch is stale.
  std::int64_t derived_epoch() const { return derived_epoch_; }

  bool is_newer_than(const SearchIndex& other) const {
    return std::pair(derived_epoch_, revision_) > std::pair(other.derived_epoch_, other.revision_);
  }

  /// Returns the number of contacts.
  std::size_t size() const { return base_->size() - hidden_.size() + recent_.size(); }

  /// Returns the size in memory, in bytes.
  std::size_t bytes() const;

  /// Returns the first `limit` contacts of an answer. REQUIRES: this index outlives the answer.
  FoundContacts find(const SearchQuestion& question, std::size_t limit) const;

  /// Returns the index after `changes`, which raised the account to `revision`. REQUIRES: each
  /// contact occurs at most once.
  SearchIndexPtr changed(std::vector<SearchChange> changes, std::int64_t revision) const;

 private:
  SearchIndex() = default;
  SearchBlock merged() const;

  std::shared_ptr<const SearchBlock> base_;
  std::vector<SearchBlock::Entry> hidden_;  ///< of the base, in order: changed or deleted
  SearchBlock recent_;                      ///< their replacements, and new contacts
  std::int64_t revision_ = 0;
  std::int64_t derived_epoch_ = 0;

  friend class Finder;
};

}  // namespace kith::contacts
