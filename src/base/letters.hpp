#pragma once

#include <optional>
#include <string_view>

#include <unicode/umachine.h>

/// Folding rules for single characters. REQUIRES: the characters come from a text after
/// NFKC_Casefold (UAX 44) and NFD (UAX 15).
namespace kith::letters {

/// The search forms of a letter.
struct Spelling {
  std::u16string_view plain;      ///< without its stroke, hook or ligature
  std::u16string_view alternate;  ///< as typed on keyboards without the letter; often the same
};

/// Returns the spelling of a letter, or nothing if the letter is its own spelling.
std::optional<Spelling> spelling_of(UChar32 c);

/// Returns whether `c` is an apostrophe, a quotation mark, a prime, or a character used as one of
/// them.
bool is_quote(UChar32 c);

/// Returns whether `c` is a hyphen, a dash, a minus, or a dot that joins the parts of a name.
bool is_hyphen(UChar32 c);

/// Returns whether `c` is a mark that search ignores: an accent, a vowel point of Arabic or Hebrew,
/// a nukta, a tone mark. The vowel signs of Indic and South-East Asian scripts and the voicing
/// marks of kana count as letters.
bool is_accent(UChar32 c);

/// Returns whether `c` separates words in a query: a bracket, a colon, a semicolon, a slash, `&`,
/// `|`, `!`, `?`, and the punctuation of other scripts. False for the full stop, and for the
/// characters of addresses (`@`, `%`, `_`, `*`, `#`, `+` and the like).
bool is_punctuation(UChar32 c);

/// Returns katakana as hiragana, and the small ka and ke of place names as the large ones;
/// otherwise `c`.
UChar32 to_hiragana(UChar32 c);

/// Returns the common form of an ideograph that has variants in family names (`高` for `髙`);
/// otherwise `c`.
UChar32 to_common_ideograph(UChar32 c);

/// Returns whether `c` repeats the character before it (`々`, `ゝ`).
bool is_iteration_mark(UChar32 c);

}  // namespace kith::letters
