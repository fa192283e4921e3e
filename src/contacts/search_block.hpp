#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

namespace kith::contacts {

/// What the index is told of a contact: its keys in every order, and its texts as they are stored.
struct SearchRow {
  ContactId id;
  int not_favorite = 1;
  Time created_at;
  std::int64_t rev = 0;
  std::string sort_key;  ///< octets
  std::string search_text;
  std::string phone_digits;
  bool has_email = false;
  bool has_phone = false;

  static constexpr auto fields() {
    return kith::fields(
        field("id", &SearchRow::id), field("not_favorite", &SearchRow::not_favorite),
        field("created_at", &SearchRow::created_at), field("rev", &SearchRow::rev),
        field("sort_key", &SearchRow::sort_key), field("search_text", &SearchRow::search_text),
        field("phone_digits", &SearchRow::phone_digits), field("has_email", &SearchRow::has_email),
        field("has_phone", &SearchRow::has_phone));
  }
};

/// The field of a contact in which a search found what it looked for.
enum class MatchedField : std::uint8_t { name, email, phone };

/// How answers call it.
constexpr std::array<std::string_view, 3> names_of(MatchedField) {
  return {"name", "email", "phone"};
}

/// Contacts of an account, packed for searching: their texts stand one behind the other in the
/// order of the names, favourites first. Never changes once it is built, so that all loops may read
/// it at once. An entry is the number of a contact in that order.
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

  /// The texts of all contacts; each field's begins behind an octet that tells which it is, and
  /// each contact's with its name.
  std::string_view texts() const { return texts_; }
  std::size_t text_begin(Entry entry) const { return entry == 0 ? 0 : text_ends_[entry - 1]; }
  std::size_t text_end(Entry entry) const { return text_ends_[entry]; }

  /// The first entry of `range` behind `sort_key` and `id`.
  Entry behind(Range range, std::string_view sort_key, const ContactId& id) const;

  /// The entries of a contact: several when it was moved while the block was read.
  std::span<const Entry> entries_of(const ContactId& id) const;

  /// What it takes of the memory.
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
};

/// Builds a block from contacts in its order.
class SearchBlock::Builder {
 public:
  void reserve(std::size_t contacts);

  /// REQUIRES: the row comes behind all that were appended, favourites first, then by name.
  void append(const SearchRow& row);

  /// Takes over an entry of another block. REQUIRES: as above.
  void append(const SearchBlock& from, Entry entry);

  SearchBlock finish() &&;

  /// What it takes of the memory, roughly.
  std::size_t bytes() const { return block_.bytes(); }

 private:
  void note(bool favorite, const ContactId& id, std::int64_t created_at, std::int64_t revision);

  SearchBlock block_;
};

/// Stands before the digits of a phone.
inline constexpr char digits_tag = 4;

/// Whose text an octet is of.
struct Place {
  MatchedField field;
  bool is_digits;  ///< of a phone, without all else
};

/// Where the octet at `at` stands.
Place place_in(std::string_view texts, std::size_t at);

/// Whether a word begins at `at`.
bool begins_word(std::string_view texts, std::size_t at);

}  // namespace kith::contacts
