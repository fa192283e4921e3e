#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "contacts/model/contact.hpp"

/// The text of a contact that search looks into: which fields it has, how the column `search_text`
/// stores it, and how the index packs it.
namespace kith::contacts {

/// The field of a contact in which a search found the query.
enum class MatchedField : std::uint8_t { name, email, phone };

/// The names of the values in answers.
constexpr std::array<std::string_view, 3> names_of(MatchedField) {
  return {"name", "email", "phone"};
}

/// A field that search looks into.
struct SearchedField {
  MatchedField field;
  /// Stands before the field's text in the index. Queries hold no control characters, so a match
  /// never crosses from one field into the next.
  char tag;
  /// The column that is null when the contact has no such field, and then `search_text` has no line
  /// for it. Empty: every contact has the line.
  std::string_view column;
  /// Whether the text is also found with its hyphens left out. Phone numbers have their digits.
  bool without_hyphens;
};

/// All of them, in the order of their lines in `search_text`.
inline constexpr std::array searched_fields{
    SearchedField{MatchedField::name, 1, "", true},
    SearchedField{MatchedField::email, 2, "email", true},
    SearchedField{MatchedField::phone, 3, "phone", false},
};

/// Stands before the digits of a phone number in the index.
inline constexpr char digits_tag = 4;

/// Stands before each joined form of a name in the index: some of its words without the blanks.
inline constexpr char joined_tag = 5;

/// The column `search_text`: a line for each field the contact has, folded; then the same lines
/// in the alternate folding, if that differs anywhere.
std::string search_text_of(const ContactFields& contact);

/// A bit for each of `searched_fields`, from the lowest on: whether the contact has it.
int present_fields(const ContactFields& contact);

/// The SQL expression for `present_fields`.
std::string present_fields_sql();

/// A contact as the index reads it: its keys in every order, and its texts as they are stored.
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

/// Words of a joined form of a name.
inline constexpr std::size_t joined_words_max = 4;

/// Appends the texts of a contact as the index packs them: each field behind its tag, the name
/// first, every run of separators as one blank; then the forms in which a field differs: the
/// alternate folding, and both without hyphens. Then the joined forms of the name: from each of its
/// words on, up to `joined_words_max` words in a row, the first behind the last, without blanks and
/// dots. So `山田太郎` and `太郎山田`, `obrien` and `jrr` are found in names that are written
/// apart. At most `limits::search_field_bytes_max` of each.
void append_packed_text(std::string& out, const SearchRow& row);

/// The length in bytes of the separator of words (white space, comma, hyphen) that folded text has
/// at `at`; 0 when a word goes on there. REQUIRES: `at` < size.
std::size_t separator_bytes(std::string_view folded, std::size_t at);

/// The field of a packed text that holds a byte.
struct Place {
  MatchedField field;
  bool is_digits;  ///< of a phone number, without everything else
};

/// The field that holds the byte at `at`.
Place place_in(std::string_view packed, std::size_t at);

/// Returns whether the byte at `at` is in a joined form, which is found from its beginning only.
bool is_in_joined_form(std::string_view packed, std::size_t at);

/// Whether a word begins at `at`: no letter or digit stands before it.
bool begins_word(std::string_view packed, std::size_t at);

}  // namespace kith::contacts
