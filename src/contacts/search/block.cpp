#include "contacts/search/block.hpp"

#include <algorithm>
#include <numeric>
#include <ranges>
#include <utility>

#include "base/limits.hpp"
#include "contacts/model/book.hpp"

namespace kith::contacts {

SearchBlock::Entry SearchBlock::behind(Range range, std::string_view sort_key,
                                       const ContactId& id) const {
  const auto entries = std::views::iota(range.begin, range.end);
  const auto found = std::ranges::partition_point(entries, [&](Entry entry) {
    const int order = this->sort_key(entry).compare(sort_key);
    return order < 0 || (order == 0 && ids_[entry] <= id);
  });
  return range.begin + static_cast<Entry>(found - entries.begin());
}

std::int64_t SearchBlock::book(Entry entry) const {
  if (books_.empty()) return default_book;
  const auto found =
      std::ranges::lower_bound(books_, entry, {}, [](auto& each) { return each.first; });
  return found == books_.end() || found->first != entry ? default_book : found->second;
}

std::span<const SearchBlock::Entry> SearchBlock::entries_of(const ContactId& id) const {
  const auto found =
      std::ranges::equal_range(by_id_, id, {}, [this](Entry entry) { return ids_[entry]; });
  return {found.begin(), found.end()};
}

std::size_t SearchBlock::bytes() const {
  return texts_.capacity() + keys_.capacity() + filter_.bytes() +
         books_.capacity() * sizeof(books_.front()) +
         size() * (2 * sizeof(std::size_t) + sizeof(ContactId) + 2 * sizeof(std::int64_t) +
                   sizeof(Entry));
}

void SearchBlock::Builder::reserve(std::size_t contacts) {
  block_.text_ends_.reserve(contacts);
  block_.key_ends_.reserve(contacts);
  block_.ids_.reserve(contacts);
  block_.created_at_.reserve(contacts);
  block_.revisions_.reserve(contacts);
}

void SearchBlock::Builder::note(bool favorite, const ContactId& id, std::int64_t created_at,
                                std::int64_t revision) {
  if (favorite) ++block_.favorites_;
  block_.text_ends_.push_back(block_.texts_.size());
  block_.key_ends_.push_back(block_.keys_.size());
  block_.ids_.push_back(id);
  block_.created_at_.push_back(created_at);
  block_.revisions_.push_back(revision);
}

void SearchBlock::Builder::note_book(std::int64_t book) {
  if (book != default_book) block_.books_.emplace_back(block_.size() - 1, book);
}

void SearchBlock::Builder::append(const SearchRow& row) {
  append_packed_text(block_.texts_, row);
  block_.keys_.append(row.sort_key);
  note(row.not_favorite == 0, row.id, row.created_at.micros, row.rev);
  note_book(row.book);
}

void SearchBlock::Builder::append(const SearchBlock& from, Entry entry) {
  block_.texts_.append(part(from.texts_, from.text_ends_, entry));
  block_.keys_.append(from.sort_key(entry));
  note(from.is_favorite(entry), from.id(entry), from.created_at(entry), from.revision(entry));
  note_book(from.book(entry));
}

SearchBlock SearchBlock::Builder::finish() && {
  block_.texts_.shrink_to_fit();
  block_.keys_.shrink_to_fit();
  block_.text_ends_.shrink_to_fit();
  block_.key_ends_.shrink_to_fit();
  block_.ids_.shrink_to_fit();
  block_.created_at_.shrink_to_fit();
  block_.revisions_.shrink_to_fit();
  block_.books_.shrink_to_fit();
  block_.by_id_.resize(block_.size());
  std::iota(block_.by_id_.begin(), block_.by_id_.end(), 0);
  std::ranges::sort(block_.by_id_, {}, [this](Entry entry) { return block_.ids_[entry]; });
  if (block_.size() >= limits::search_filter_contacts_min) {
    block_.filter_ = SearchFilter(block_.texts_, block_.text_ends_);
  }
  return std::move(block_);
}

}  // namespace kith::contacts
