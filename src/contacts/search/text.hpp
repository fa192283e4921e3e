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
#include "base/limits.hpp"
#include "base/time.hpp"
#include "contacts/model/book.hpp"
#include "contacts/model/contact.hpp"
#include "contacts/model/projection.hpp"

/// The searchable text of a contact: its fields, its form in the column `search_text`, and its form
/// in the index.
namespace kith::contacts {

/// What is searched of a contact. REQUIRES: what it refers to outlives it.
struct SearchedContact {
  const ContactFields& fields;                   ///< the simple form
  const std::vector<CardText>* texts = nullptr;  ///< of a stored card; null: there is none
  bool lacks_texts = false;                      ///< `Projection::lacks_texts`

  /// A contact without a stored card.
  SearchedContact(const ContactFields& simple) : fields(simple) {}

  /// A contact with a stored card.
  SearchedContact(const ContactFields& simple, const std::vector<CardText>& all, bool lacks_some)
      : fields(simple), texts(&all), lacks_texts(lacks_some) {}
};

/// A searched field of a contact.
struct SearchedField {
  std::string_view name;  ///< in responses: the field that matched
  /// Precedes each value of the field in the column `search_text` and in the index: a control
  /// character that is no white space. Neither values nor queries contain any, so a match never
  /// crosses from one value into the next. Changing the tag of a field changes DerivedColumns.
  char tag;
  /// Returns the values of a contact, in order: none, one or several.
  std::vector<std::string> (*values)(const SearchedContact&);
  /// Whether a value also matches with its hyphens removed. Phone numbers match by their digits.
  bool without_hyphens = true;
  /// The maximum size of the values of a stored card, in each folding.
  std::size_t card_bytes_max = limits::search_field_bytes_max;
  /// Whether the field says something about the contact rather than identifies it: its matches rank
  /// after words that begin in another field.
  bool is_secondary = false;
};

/// Returns the value of a member of ContactFields that is text.
template <auto Member>
std::vector<std::string> value_of(const SearchedContact& contact) {
  const std::optional<std::string>& value = contact.fields.*Member;
  return value ? std::vector{*value} : std::vector<std::string>();
}

/// Returns the texts of a stored card that are of a kind, without duplicates.
std::vector<std::string> card_values(const SearchedContact& contact, TextKind kind);

/// The same as a function of the contact alone.
template <TextKind Kind>
std::vector<std::string> card_values_of(const SearchedContact& contact) {
  return card_values(contact, Kind);
}

/// Returns the display name, then all other names of a stored card.
std::vector<std::string> searched_names(const SearchedContact& contact);

/// Returns the e-mail addresses; each whose domain is in `xn--` form in Unicode form, too.
std::vector<std::string> searched_emails(const SearchedContact& contact);

/// Returns the phone numbers.
std::vector<std::string> searched_phones(const SearchedContact& contact);

/// The maximum size of the e-mail addresses, and of the phone numbers, of a stored card.
inline constexpr std::size_t search_list_bytes_max = 8 * 1024;

/// The maximum size of `search_text` for a stored card; the first fields of the table come first.
inline constexpr std::size_t search_card_bytes_max = 16 * 1024;

/// Returns a secondary field that only stored cards have.
template <TextKind Kind>
constexpr SearchedField secondary_field(std::string_view name, char tag) {
  return {.name = name, .tag = tag, .values = card_values_of<Kind>, .is_secondary = true};
}

/// All searched fields, in the order of their importance: of those that match, the first after the
/// name is reported. Fields that are not secondary come first. A new row changes DerivedColumns.
inline constexpr std::array searched_fields{
    SearchedField{"name", 1, searched_names},
    SearchedField{"nickname", 6, card_values_of<TextKind::nickname>},
    SearchedField{"email", 2, searched_emails, true, search_list_bytes_max},
    SearchedField{"phone", 3, searched_phones, false, search_list_bytes_max},
    secondary_field<TextKind::organization>("organization", 14),
    secondary_field<TextKind::title>("title", 15),
    secondary_field<TextKind::im>("im", 16),
    secondary_field<TextKind::url>("url", 17),
    secondary_field<TextKind::address>("address", 18),
    secondary_field<TextKind::label>("label", 19),
    secondary_field<TextKind::note>("note", 20),
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

/// Precedes the digits of all phone numbers in the index.
inline constexpr char digits_tag = 4;

/// Precedes each joined form of a name in the index: some of its words without the blanks.
inline constexpr char joined_tag = 5;

/// Ends the texts of a stored card that lack some of its values, in the column and in the index.
inline constexpr char cut_tag = 31;

/// The maximum size of `phone_digits`: numbers that do not fit are left out.
inline constexpr std::size_t search_digits_bytes_max = 16 * 1024;

/// The columns of a contact that searches read.
struct SearchColumns {
  /// Each value of the contact after the tag of its field, folded, and again in the alternate
  /// folding if that differs; at the end `cut_tag` if values of a stored card are missing. Control
  /// characters within values become blanks. In each folding, at most
  /// `limits::search_field_bytes_max` of the values of a field, or `card_bytes_max` of those of a
  /// stored card, which has at most `search_card_bytes_max` altogether.
  std::string text;
  /// The forms of each phone number (contacts/model/phone.hpp), a line for each number.
  std::string phone_digits;
};

/// Returns the columns of a contact.
SearchColumns search_columns_of(const SearchedContact& contact);

/// Returns the column `search_text` of a contact.
inline std::string search_text_of(const SearchedContact& contact) {
  return search_columns_of(contact).text;
}

/// Returns whether a column `search_text` has that form. Versions before `derived_rules` 3 wrote
/// another.
bool is_search_text(std::string_view text);

/// The joined forms of all names of a contact end with the first beyond this size.
inline constexpr std::size_t search_joined_bytes_max = 4 * 1024;

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
/// `obrien` and `jrr` match names that are written apart. The joined forms of a contact end after
/// `search_joined_bytes_max`. Ignores a text of another form (is_search_text).
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

/// Returns whether a field only says something about the contact (SearchedField::is_secondary).
constexpr bool is_secondary(MatchedField field) {
  return searched_fields[static_cast<std::size_t>(field)].is_secondary;
}

/// Returns the offset of the end of the value that has the byte at `at`.
std::size_t value_end(std::string_view packed, std::size_t at);

/// Returns whether the texts of a contact, stored or packed, lack some values of its stored card:
/// what they do not have may still be in the card.
constexpr bool is_cut_text(std::string_view packed) { return packed.ends_with(cut_tag); }

/// Returns whether the byte at `at` is in a joined form, which matches from its beginning only.
bool is_in_joined_form(std::string_view packed, std::size_t at);

/// Returns whether a word begins at `at`: no letter or digit precedes it.
bool begins_word(std::string_view packed, std::size_t at);

}  // namespace kith::contacts
