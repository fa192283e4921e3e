#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "contacts/model/contact.hpp"

/// The searchable text of a contact: its fields, its form in the column `search_text`, and its form
/// in the index.
namespace kith::contacts {

/// The field of a contact that matched the query.
enum class MatchedField : std::uint8_t { name, email, phone };

/// Returns the names of the values in responses.
constexpr std::array<std::string_view, 3> names_of(MatchedField) {
  return {"name", "email", "phone"};
}

/// A searched field.
struct SearchedField {
  MatchedField field;
  /// Precedes the field's text in the index. Queries contain no control characters, so a match
  /// never crosses from one field into the next.
  char tag;
  /// The column that is null when the contact does not have the field; `search_text` then has no
  /// line for it. Empty: every contact has the line.
  std::string_view column;
  /// Whether the text also matches with its hyphens removed. Phone numbers match by their digits.
  bool without_hyphens;
};

/// All searched fields, in the order of their lines in `search_text`.
inline constexpr std::array searched_fields{
    SearchedField{MatchedField::name, 1, "", true},
    SearchedField{MatchedField::email, 2, "email", true},
    SearchedField{MatchedField::phone, 3, "phone", false},
};

/// Precedes the digits of a phone number in the index.
inline constexpr char digits_tag = 4;

/// Precedes each joined form of a name in the index: some of its words without the blanks.
inline constexpr char joined_tag = 5;

/// Returns the column `search_text`: a folded line for each field of the contact, then the same
/// lines in the alternate folding if that differs anywhere.
std::string search_text_of(const ContactFields& contact);

/// Returns a bit for each of `searched_fields`, from the lowest on, set if the contact has the
/// field.
int present_fields(const ContactFields& contact);

/// Returns the SQL expression for `present_fields`.
std::string present_fields_sql();

/// A contact as the index reads it: its keys in every order, and its stored texts.
struct SearchRow {
  ContactId id;
  int not_favorite = 1;
  Time created_at;
  std::int64_t rev = 0;
  std::string sort_key;  ///< bytes
  std::string search_text;
  std::string phone_digits;
  int present = 0;  ///< present_fields()

  static constexpr auto fields() {
    return kith::fields(
        field("id", &SearchRow::id), field("not_favorite", &SearchRow::not_favorite),
        field("created_at", &SearchRow::created_at), field("rev", &SearchRow::rev),
        field("sort_key", &SearchRow::sort_key), field("search_text", &SearchRow::search_text),
        field("phone_digits", &SearchRow::phone_digits), field("present", &SearchRow::present));
  }
};

/// The maximum number of words in a joined form of a name.
inline constexpr std::size_t joined_words_max = 4;

/// Appends the texts of a contact in the form of the index: each field after its tag, the name
/// first, every run of separators as one blank; then each different form of a field: the alternate
/// folding, and both foldings without hyphens. Then the joined forms of the name: from each of its
/// words on, up to `joined_words_max` words in a row, and the first after the last, without blanks
/// and dots. So `山田太郎` and `太郎山田`, `obrien` and `jrr` match names that are written apart.
/// At most `limits::search_field_bytes_max` of each.
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
