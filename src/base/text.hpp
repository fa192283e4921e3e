#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Text made portable before SQL sees it, so that case, accents, scripts and order are the same on
/// every back end. All functions REQUIRE valid UTF-8 unless they say otherwise, and take time
/// linear in the size of the text.
namespace kith {

/// Whether `text` is UTF-8 as RFC 3629 has it: no surrogates, no overlong forms.
bool is_valid_utf8(std::string_view text);

/// Whether the text is empty or consists of white space and invisible characters, so that readers
/// would see nothing. Takes invalid UTF-8, which counts as visible.
bool is_blank(std::string_view text);

/// The text without the white space and the invisible characters at both ends (Unicode White_Space
/// and Default_Ignorable_Code_Point, bidirectional controls among them). An
/// invisible character at the end stays if it shapes the one before it: the variation selector of
/// an emoji or ideograph, the tags of a flag, a joiner in a joining script. Takes invalid UTF-8,
/// which counts as visible. The result is a view of `text`.
std::string_view trim_invisible(std::string_view text);

/// A text of one line as it is stored and compared: `normalize`d, without white space and invisible
/// characters at both ends, every run of white space within as one blank. The same the second time.
std::string clean_line(std::string_view text);

/// A text of several lines as it is stored and compared: `normalize`d, without white space and
/// invisible characters at both ends. The same the second time.
std::string clean_lines(std::string_view text);

/// The text without what of `blanks` is around it.
std::string_view trimmed(std::string_view text, std::string_view blanks = " \t\r\n");

/// The number of code points.
std::size_t count_chars(std::string_view text);

/// Whether there is a control character (C0, DEL, C1); a newline counts unless welcome.
bool has_control_characters(std::string_view text, bool newline_allowed);

/// The beginning of `text`, at most `bytes_max` bytes, cut between characters.
std::string_view cut(std::string_view text, std::size_t bytes_max);

/// The text composed (NFC, UAX 15), with every line ending as one newline. Characters that NFC
/// would replace by another single character are kept, because the difference is part of a name:
/// CJK compatibility ideographs (`神`, U+FA19), U+212B, U+2126 and the like. `fold` unifies those.
/// The same the second time.
std::string normalize(std::string_view text);

/// The form in which texts are compared by search. Letters without case and accents (`Müller` ->
/// `muller`, `Łukasz` -> `lukasz`, `Straße` -> `strasse`), katakana as hiragana, the Arabic letters
/// that Persian keyboards lack and those that are exchanged in writing as one; compatibility forms
/// unified, digits of any script as ASCII, apostrophes, quotation marks and invisible characters
/// dropped, every hyphen or dash as `-`, every run of white space as one blank. Newlines stay.
/// Vowel signs of Indic and South-East Asian scripts stay. Folding twice is folding once. There are
/// no ASCII capital letters in the result.
std::string fold(std::string_view text);

/// The two forms under which a text is found.
struct Folded {
  std::string plain;      ///< `fold(text)`
  std::string alternate;  ///< as typed where the keyboard lacks its letters; often the same
};

/// Both forms: `Müller` as `muller` and `mueller`, `Åse` as `ase` and `aase`, `佐々木` as it is and
/// as `佐佐木`.
Folded fold_both(std::string_view text);

/// The text with ASCII capital letters in lower case, all else as it is.
std::string ascii_lower(std::string_view text);

/// Bytes that are no text: the store keeps them as they are.
struct ByteString {
  std::string bytes;
  bool operator==(const ByteString&) const = default;
};

/// Bytes that sort as the Unicode collation algorithm (UTS 10, root) sorts the text, at most
/// `limits::sort_key_bytes_max` of them. The empty text sorts first.
ByteString sort_key(std::string_view text);

/// The version of the collation data that `sort_key` uses (ICU's ucol_getVersion): keys of
/// different versions are not comparable.
std::uint32_t collation_version();

/// The decimal digits of any script in `text`, as ASCII. Skips invalid UTF-8.
std::string digits_of(std::string_view text);

/// Whether the first word of `text` is `word`, folded: `my mother` begins with `My`, `Mykola`
/// does not.
bool begins_with_word(std::string_view text, std::string_view word);

}  // namespace kith
