#pragma once

#include <optional>
#include <string_view>

#include <unicode/umachine.h>

/// Folding rules for single characters. REQUIRES: the characters come from a text after
/// NFKC_Casefold (UAX 44) and NFD (UAX 15).
namespace kith::letters {

/// How a letter is searched.
struct Spelling {
  std::u16string_view plain;      ///< without its stroke, hook or ligature
  std::u16string_view alternate;  ///< as typed where keyboards lack the letter; often the same
};

/// The spelling of a letter that differs from the letter itself.
std::optional<Spelling> spelling_of(UChar32 c);

/// Whether `c` is an apostrophe, a quotation mark, a prime, or another sign typed in their place.
bool is_quote(UChar32 c);

/// Whether `c` is a hyphen, a dash, a minus, or a dot that joins the parts of a name.
bool is_hyphen(UChar32 c);

/// Whether `c` is a mark that readers overlook: an accent, a vowel point of Arabic or Hebrew, a
/// nukta, a tone mark. The vowel signs of Indic and South-East Asian scripts and the voicing marks
/// of kana are letters to their readers.
bool is_accent(UChar32 c);

/// Katakana as hiragana, the small ka and ke of place names as the large; else `c`.
UChar32 to_hiragana(UChar32 c);

/// Whether `c` stands for the character before it once more (`々`, `ゝ`).
bool is_iteration_mark(UChar32 c);

}  // namespace kith::letters
