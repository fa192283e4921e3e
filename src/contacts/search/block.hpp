#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "contacts/search/filter.hpp"
#include "contacts/search/text.hpp"

namespace kith::contacts {

/// The contacts of an account, packed for searching: their texts follow each other in name order,
/// favourites first. Immutable once built, so that all loops may read it concurrently. An entry is
/// the index of a contact in that order.
class SearchBlock {
 public:
  using Entry = std::uint32_t;
  struct Range {
    Entry begin;
    Entry end;
  };
  class Builder;

  Entry size() const { return static_cast<Entry>(ids_.size()); }
  Range favorites() const { return {0, favorites_}; }
  Range others() const { return {favorites_, size()}; }
  bool is_favorite(Entry entry) const { return entry < favorites_; }

  const ContactId& id(Entry entry) const { return ids_[entry]; }
  std::int64_t created_at(Entry entry) const { return created_at_[entry]; }
  std::int64_t revision(Entry entry) const { return revisions_[entry]; }
  std::string_view sort_key(Entry entry) const { return part(keys_, key_ends_, entry); }

  /// Returns the number of the address book.
  std::int64_t book(Entry entry) const;

  /// Returns the packed texts of all contacts (append_packed_text).
  std::string_view texts() const { return texts_; }
  std::size_t text_begin(Entry entry) const { return entry == 0 ? 0 : text_ends_[entry - 1]; }
  std::size_t text_end(Entry entry) const { return text_ends_[entry]; }

  /// Returns the filter; empty in a small block.
  const SearchFilter& filter() const { return filter_; }

  /// Returns the first entry of `range` after `sort_key` and `id`.
  Entry behind(Range range, std::string_view sort_key, const ContactId& id) const;

  /// Returns the entries of a contact: several if it was moved while the block was read.
  std::span<const Entry> entries_of(const ContactId& id) const;

  /// Returns the size in memory, in bytes.
  std::size_t bytes() const;

 private:
  static std::string_view part(const std::string& all, const std::vector<std::size_t>& ends,
                               Entry entry) {
    const std::size_t begin = entry == 0 ? 0 : ends[entry - 1];
    return std::string_view(all).substr(begin, ends[entry] - begin);
  }

  Entry favorites_ = 0;
  std::string texts_;
  std::string keys_;
  std::vector<std::size_t> text_ends_;
  std::vector<std::size_t> key_ends_;
  std::vector<ContactId> ids_;
  std::vector<std::int64_t> created_at_;
  std::vector<std::int64_t> revisions_;
  std::vector<Entry> by_id_;
  /// Entries that are in another book than the default one, in order.
  std::vector<std::pair<Entry, std::int64_t>> books_;
  SearchFilter filter_;
};

/// Builds a block from contacts in its order.
class SearchBlock::Builder {
 public:
  void reserve(std::size_t contacts);

  /// Appends a contact. REQUIRES: the row follows all appended rows in order: favourites first,
  /// then by name.
  void append(const SearchRow& row);

  /// Copies an entry of another block. REQUIRES: as above.
  void append(const SearchBlock& from, Entry entry);

  /// Builds the lookup by id and by text, and returns the block.
  SearchBlock finish() &&;

  /// Returns the approximate size in memory, in bytes.
  std::size_t bytes() const { return block_.bytes(); }

 private:
  void note(bool favorite, const ContactId& id, std::int64_t created_at, std::int64_t revision);
  void note_book(std::int64_t book);

  SearchBlock block_;
};

}  // namespace kith::contacts
