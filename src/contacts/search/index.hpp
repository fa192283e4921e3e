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

/// What is looked for, and in which order it is wanted.
struct SearchQuestion {
  SearchTerms terms;
  /// Null: the best first: those with the words as one phrase (or the number) before those that
  /// have them scattered; then favourites before others; then those in which words begin with what
  /// was looked for; then by name.
  std::optional<Sort> sort;
  std::optional<bool> favorite = std::nullopt;   ///< only (no) favourites
  std::optional<Position> after = std::nullopt;  ///< behind which contact the answer begins
};

/// A contact in the answer to a question.
struct FoundEntry {
  ContactId id;
  MatchedField field;
  // Its key in the order of the answer.
  std::int64_t number;
  std::string_view sort_key;  ///< of the index that was asked; empty when the order has none

  /// Where a page ends whose last contact this is.
  Position position() const { return {number, std::string(sort_key), id}; }
};

/// The first contacts of an answer.
struct FoundContacts {
  std::vector<FoundEntry> items;
  bool has_more = false;  ///< there are more behind the last
};

/// A change of a contact, as the index is told of it.
struct SearchChange {
  ContactId id;
  std::optional<SearchRow> now;  ///< null: it is gone
};

class SearchIndex;
using SearchIndexPtr = std::shared_ptr<const SearchIndex>;

/// All contacts of an account at one revision, to be searched without the database: a packed block,
/// and a small one with what has changed since that was built. Never changes itself, so all loops
/// read it at once.
class SearchIndex {
 public:
  /// REQUIRES: `block` was read after the account had come to `revision` and `derived_epoch`; what
  /// has changed since may be in it or not.
  SearchIndex(SearchBlock block, std::int64_t revision, std::int64_t derived_epoch = 0);

  std::int64_t revision() const { return revision_; }

  /// How often the account's derived columns had been recomputed without a new revision. An index
  /// of another epoch is stale.
  std::int64_t derived_epoch() const { return derived_epoch_; }

  bool is_newer_than(const SearchIndex& other) const {
    return std::pair(derived_epoch_, revision_) > std::pair(other.derived_epoch_, other.revision_);
  }

  /// How many contacts it has.
  std::size_t size() const { return base_->size() - hidden_.size() + recent_.size(); }

  /// Bytes of memory.
  std::size_t bytes() const;

  /// The first `limit` contacts of an answer, which REQUIRES this index to outlive it.
  FoundContacts find(const SearchQuestion& question, std::size_t limit) const;

  /// The index after `changes`, which made the account come to `revision`. Each contact at most
  /// once.
  SearchIndexPtr changed(std::vector<SearchChange> changes, std::int64_t revision) const;

 private:
  SearchIndex() = default;
  bool is_hidden(SearchBlock::Entry entry) const;
  SearchBlock merged() const;

  std::shared_ptr<const SearchBlock> base_;
  std::vector<SearchBlock::Entry> hidden_;  ///< of the base, in order: changed or gone
  SearchBlock recent_;                      ///< what stands in their place, and what is new
  std::int64_t revision_ = 0;
  std::int64_t derived_epoch_ = 0;

  friend class Finder;
};

}  // namespace kith::contacts
