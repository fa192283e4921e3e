#include "contacts/search_block.hpp"

#include <algorithm>
#include <numeric>
#include <ranges>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"

namespace kith::contacts {

namespace {

/// Stand before the text of a field. What is looked for has no such octets, so that it is never
/// found over the border of two.
constexpr char name_tag = 1;
constexpr char email_tag = 2;
constexpr char phone_tag = 3;
constexpr char last_tag = digits_tag;

/// Some characters fold to many times their octets.
std::string_view bounded(std::string_view text) {
  return cut(text, limits::search_field_bytes_max);
}

void append_tagged(std::string& out, char tag, std::string_view text) {
  if (text.empty()) return;
  out.push_back(tag);
  out.append(bounded(text));
}

/// Cuts the first line off `text`.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

/// The lines of `search_text` are name, e-mail and phone, as far as there are such; perhaps there
/// are all of them again in their other form.
void append_texts(std::string& out, const SearchRow& row) {
  std::string_view rest = row.search_text;
  const std::string_view name = take_line(rest);
  // A contact begins with this tag, though its name may have folded to nothing.
  out.push_back(name_tag);
  out.append(bounded(name));
  const std::string_view email = row.has_email ? take_line(rest) : std::string_view();
  append_tagged(out, email_tag, email);
  const std::string_view phone = row.has_phone ? take_line(rest) : std::string_view();
  append_tagged(out, phone_tag, phone);
  append_tagged(out, digits_tag, row.phone_digits);
  if (rest.empty()) return;
  const std::string_view other_name = take_line(rest);
  if (other_name != name) append_tagged(out, name_tag, other_name);
  const std::string_view other_email = row.has_email ? take_line(rest) : std::string_view();
  if (other_email != email) append_tagged(out, email_tag, other_email);
}

}  // namespace

Place place_in(std::string_view texts, std::size_t at) {
  while (static_cast<unsigned char>(texts[at]) > last_tag) --at;
  switch (texts[at]) {
    case name_tag: return {MatchedField::name, false};
    case email_tag: return {MatchedField::email, false};
    case phone_tag: return {MatchedField::phone, false};
    default: return {MatchedField::phone, true};
  }
}

bool begins_word(std::string_view texts, std::size_t at) {
  const auto before = static_cast<unsigned char>(texts[at - 1]);
  const bool is_letter = before >= 0x80 || (before >= 'a' && before <= 'z');
  return !is_letter && !(before >= '0' && before <= '9');
}

SearchBlock::Entry SearchBlock::behind(Range range, std::string_view sort_key,
                                       const ContactId& id) const {
  const auto entries = std::views::iota(range.begin, range.end);
  const auto found = std::ranges::partition_point(entries, [&](Entry entry) {
    const int order = this->sort_key(entry).compare(sort_key);
    return order < 0 || (order == 0 && ids_[entry] <= id);
  });
  return range.begin + static_cast<Entry>(found - entries.begin());
}

std::span<const SearchBlock::Entry> SearchBlock::entries_of(const ContactId& id) const {
  const auto found =
      std::ranges::equal_range(by_id_, id, {}, [this](Entry entry) { return ids_[entry]; });
  return {found.begin(), found.end()};
}

std::size_t SearchBlock::bytes() const {
  return texts_.capacity() + keys_.capacity() +
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

void SearchBlock::Builder::append(const SearchRow& row) {
  append_texts(block_.texts_, row);
  block_.keys_.append(row.sort_key);
  note(row.not_favorite == 0, row.id, row.created_at.micros, row.rev);
}

void SearchBlock::Builder::append(const SearchBlock& from, Entry entry) {
  block_.texts_.append(part(from.texts_, from.text_ends_, entry));
  block_.keys_.append(from.sort_key(entry));
  note(from.is_favorite(entry), from.id(entry), from.created_at(entry), from.revision(entry));
}

SearchBlock SearchBlock::Builder::finish() && {
  block_.texts_.shrink_to_fit();
  block_.keys_.shrink_to_fit();
  block_.text_ends_.shrink_to_fit();
  block_.key_ends_.shrink_to_fit();
  block_.ids_.shrink_to_fit();
  block_.created_at_.shrink_to_fit();
  block_.revisions_.shrink_to_fit();
  block_.by_id_.resize(block_.size());
  std::iota(block_.by_id_.begin(), block_.by_id_.end(), 0);
  std::ranges::sort(block_.by_id_, {}, [this](Entry entry) { return block_.ids_[entry]; });
  return std::move(block_);
}

}  // namespace kith::contacts
