#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "contacts/model/book.hpp"
#include "contacts/model/contact.hpp"

/// The searchable text of a contact: its fields, its form in the column `search_text`, and its form
/// in the index.
namespace kith::contacts {

/// A searched field of a contact.
struct SearchedField {
  std::string_view name;  ///< in responses: the field that matched
  /// Precedes each value of the field in the column `search_text` and in the index: a control
  /// character that is no white space. Neither values nor queries contain any, so a match never
  /// crosses from one value into the next. Changing the tag of a field changes DerivedColumns.
  char tag;
  /// Returns the values of a contact, in order: none, one or several.
  std::vector<std::string> (*values)(const ContactFields&);
  /// Whether a value also matches with its hyphens removed. Phone numbers match by their digits.
  bool without_hyphens = true;
};

/// Returns the value of a member of ContactFields that is text.
template <auto Member>
std::vector<std::string> value_of(const ContactFields& contact) {
  const std::optional<std::string>& value = contact.*Member;
  return value ? std::vector{*value} : std::vector<std::string>();
}

/// Returns the display name.
std::vector<std::string> searched_names(const ContactFields& contact);

/// Returns the e-mail address; if its domain is in `xn--` form, the address in Unicode form, too.
std::vector<std::string> searched_emails(const ContactFields& contact);

/// All searched fields. The name is the first; of the others, the first that matches is reported. A
/// new row changes DerivedColumns.
inline constexpr std::array searched_fields{
    SearchedField{"name", 1, searched_names},
    SearchedField{"email", 2, searched_emails},
    SearchedField{"phone", 3, value_of<&ContactFields::phone>, false},
};

/// The field of a contact that matched the query: a position in `searched_fields`.
enum class MatchedField : std::uint8_t {};

/// Returns the names of the values in responses.
constexpr auto names_of(MatchedField) {
  std::array<std::string_view, searched_fields.size()> names;
  std::ranges::transform(searched_fields, names.begin(), &SearchedField::name);
  return names;
}

/// The display name.
inline constexpr MatchedField name_field{0};

/// The phone number, which also matches by its digits.
inline constexpr MatchedField phone_field = enum_of<MatchedField>("phone").value();

/// Precedes the name of each contact in the index, which is the first of its values.
inline constexpr char name_tag = searched_fields.front().tag;

/// Precedes the digits of a phone number in the index.
inline constexpr char digits_tag = 4;

/// Precedes each joined form of a name in the index: some of its words without the blanks.
inline constexpr char joined_tag = 5;

/// Returns the column `search_text`: each value of the contact after the tag of its field, folded,
/// and again in the alternate folding if that differs. Control characters within values become
/// blanks. At most `limits::search_field_bytes_max` of the values of a field in each folding.
std::string search_text_of(const ContactFields& contact);

/// Returns whether a column `search_text` has that form. Versions before `derived_rules` 3 wrote
/// another.
bool is_search_text(std::string_view text);

/// A contact as the index reads it: its keys in every order, and its stored texts.
struct SearchRow {
  ContactId id;
  int not_favorite = 1;
  Time created_at;
  std::int64_t rev = 0;
  std::string sort_key;  ///< bytes
  std::string search_text;
  std::string phone_digits;
  std::int64_t book = default_book;

  static constexpr auto fields() {
    return kith::fields(
        field("id", &SearchRow::id), field("not_favorite", &SearchRow::not_favorite),
        field("created_at", &SearchRow::created_at), field("rev", &SearchRow::rev),
        field("sort_key", &SearchRow::sort_key), field("search_text", &SearchRow::search_text),
        field("phone_digits", &SearchRow::phone_digits), field("book", &SearchRow::book));
  }
};

/// The maximum number of words in a joined form of a name.
inline constexpr std::size_t joined_words_max = 4;

/// Appends the texts of a contact in the form of the index: each value after its tag, the name
/// first, every run of separators as one blank; a value with hyphens then again without them. Each
/// name is followed by its joined forms: from each of its words on, up to `joined_words_max` words
/// in a row, and the first after the last, without blanks and dots. So `山田太郎` and `太郎山田`,
/// `obrien` and `jrr` match names that are written apart. Joined forms have at most
/// `limits::search_field_bytes_max` a name. Ignores a text of another form (is_search_text).
void append_packed_text(std::string& out, const SearchRow& row);

/// Returns the length in bytes of the word separator (white space, comma, hyphen) at `at` in folded
/// text; 0 when there is no separator. REQUIRES: `at` < size.
std::size_t separator_bytes(std::string_view folded, std::size_t at);

/// Returns the words of folded text, which are delimited by separators (separator_bytes).
std::vector<std::string> words_of(std::string_view folded);

/// The field of a packed text that holds a byte.
struct Place {
  MatchedField field;
  bool is_digits;  ///< of a phone number, without other characters
};

/// Returns the field that holds the byte at `at`.
Place place_in(std::string_view packed, std::size_t at);

/// Returns whether the byte at `at` is in a joined form, which matches from its beginning only.
bool is_in_joined_form(std::string_view packed, std::size_t at);

/// Returns whether a word begins at `at`: no letter or digit precedes it.
bool begins_word(std::string_view packed, std::size_t at);

}  // namespace kith::contacts
