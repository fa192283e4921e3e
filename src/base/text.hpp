#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Normalizes text before SQL sees it, so that case, accents, scripts and order are the same on
/// every back end. Functions take time linear in the size of the text. REQUIRES: valid UTF-8,
/// unless stated otherwise.
namespace kith {

/// Returns whether `text` is UTF-8 as defined by RFC 3629: no surrogates, no overlong forms.
bool is_valid_utf8(std::string_view text);

/// Returns whether all bytes of `text` are ASCII. Accepts invalid UTF-8.
bool is_ascii(std::string_view text);

/// Returns whether the text is empty or consists of white space and invisible characters. Accepts
/// invalid UTF-8, which counts as visible.
bool is_blank(std::string_view text);

/// Returns a view of `text` without the white space and the invisible characters at both ends
/// (Unicode White_Space, the Braille blank U+2800, and Default_Ignorable_Code_Point, including
/// bidirectional controls). An invisible character at the end stays if it shapes the character
/// before it: the variation selector of an emoji or ideograph, the tags of a flag, a joiner in a
/// joining script. Accepts invalid UTF-8, which counts as visible.
std::string_view trim_invisible(std::string_view text);

/// Returns a single-line text as it is stored and compared: `normalize`d, without white space and
/// invisible characters at both ends, and with each run of white space within as one blank.
/// Idempotent.
std::string clean_line(std::string_view text);

/// Returns a multi-line text as it is stored and compared: `normalize`d, without white space and
/// invisible characters at both ends. Idempotent.
std::string clean_lines(std::string_view text);

/// Returns the text without the invisible characters that do not change how it looks: zero-width
/// spaces, soft hyphens, bidirectional controls. White space, joiners, variation selectors and the
/// tags of flags stay.
std::string without_hidden(std::string_view text);

/// Returns the text without the characters of `blanks` at both ends.
std::string_view trimmed(std::string_view text, std::string_view blanks = " \t\r\n");

/// Returns the number of code points.
std::size_t count_chars(std::string_view text);

/// Returns whether the text has a control character (C0, DEL, C1). Newlines count unless
/// `newline_allowed`.
bool has_control_characters(std::string_view text, bool newline_allowed);

/// Returns the beginning of `text`, at most `bytes_max` bytes, cut between characters.
std::string_view cut(std::string_view text, std::size_t bytes_max);

/// Returns the text composed (NFC, UAX 15), with each line ending as one newline. Keeps characters
/// that NFC would replace by another single character, because the difference is part of a name:
/// CJK compatibility ideographs (`神`, U+FA19), U+212B, U+2126 and the like. `fold` unifies those.
/// Idempotent.
std::string normalize(std::string_view text);

/// Returns the form of a text that search compares: letters without case and accents (`Müller` ->
/// `muller`, `Łukasz` -> `lukasz`, `Straße` -> `strasse`); katakana as hiragana; Arabic letters
/// that Persian keyboards lack or that writers use interchangeably unified; Indic nasals before a
/// stop as anusvara; variants of ideographs in family names unified; compatibility forms unified;
/// digits of any script as ASCII; apostrophes, quotation marks and invisible characters dropped;
/// every hyphen or dash as `-`; each run of white space as one blank. Newlines and the vowel signs
/// of Indic and South-East Asian scripts stay. The result has no ASCII capital letters. Idempotent.
std::string fold(std::string_view text);

/// The two search forms of a text.
struct Folded {
  std::string plain;      ///< `fold(text)`
  std::string alternate;  ///< as typed on keyboards without its letters; often the same
};

/// Returns both forms: `Müller` as `muller` and `mueller`, `Åse` as `ase` and `aase`, `佐々木`
/// unchanged and as `佐佐木`, `पण्डित` with anusvara and unchanged.
Folded fold_both(std::string_view text);

/// Returns the text with ASCII capital letters in lower case, and all else unchanged.
std::string ascii_lower(std::string_view text);

/// Bytes that are not text: the store keeps them unchanged.
struct ByteString {
  std::string bytes;
  bool operator==(const ByteString&) const = default;
};

/// Returns at most `limits::sort_key_bytes_max` bytes that sort as the Unicode collation algorithm
/// (UTS 10, root) sorts the text. The empty text sorts first.
ByteString sort_key(std::string_view text);

/// Returns the version of the collation data that `sort_key` uses (ICU's ucol_getVersion). Keys of
/// different versions are not comparable.
std::uint32_t collation_version();

/// Returns the decimal digits of any script in `text`, as ASCII. Skips invalid UTF-8.
std::string digits_of(std::string_view text);

/// Returns whether the first word of `text` is `word`, ignoring case and accents: `my mother`
/// begins with `My`, `Mykola` does not.
bool begins_with_word(std::string_view text, std::string_view word);

}  // namespace kith
