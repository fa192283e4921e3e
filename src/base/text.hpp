#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// Text made portable before SQL sees it, so that case, accents, scripts and order are the same on
/// every back end. All functions but `is_valid_utf8` REQUIRE valid UTF-8.
namespace kith {

/// Whether `text` is UTF-8 as RFC 3629 has it: no surrogates, no overlong forms.
bool is_valid_utf8(std::string_view text);

/// Whether nothing of the text would be seen: it is empty, or all blanks and invisible characters
/// (Unicode White_Space and Default_Ignorable_Code_Point).
bool is_blank(std::string_view text);

/// The text without what of `blanks` is around it.
std::string_view trimmed(std::string_view text, std::string_view blanks = " \t\r\n");

/// The number of code points.
std::size_t count_chars(std::string_view text);

/// Whether there is a control character (C0, DEL, C1); a newline counts unless welcome.
bool has_control_characters(std::string_view text, bool newline_allowed);

/// The beginning of `text`, at most `bytes_max` octets, cut between characters.
std::string_view cut(std::string_view text, std::size_t bytes_max);

/// NFC (UAX 15), and every line ending as one newline.
std::string normalize(std::string_view text);

/// The form in which texts are compared by search: case and accents gone (`Müller` -> `muller`,
/// `Łukasz` -> `lukasz`, `Straße` -> `strasse`), compatibility forms unified, digits of
/// any script as ASCII.
std::string fold(std::string_view text);

/// The two forms under which a text is found.
struct Folded {
  std::string plain;      ///< `fold(text)`
  std::string alternate;  ///< as typed where the keyboard lacks its letters; often the same
};

/// Both forms: `Müller` as `muller` and `mueller`, `Åse` as `ase` and `aase`.
Folded fold_both(std::string_view text);

/// Octets that are no text: the store keeps them as they are.
struct Octets {
  std::string octets;
  bool operator==(const Octets&) const = default;
};

/// Octets that sort as the Unicode collation algorithm (UTS 10, root) sorts the text, at most
/// `limits::sort_key_bytes_max` of them. The empty text sorts first.
Octets sort_key(std::string_view text);

/// The version of the collation data that `sort_key` uses (ICU's ucol_getVersion): keys of
/// different versions are not comparable.
std::uint32_t collation_version();

/// The decimal digits of any script in `text`, as ASCII.
std::string digits_of(std::string_view text);

/// Whether the first word of `text` is `word`, folded: `my mother` begins with `My`, `Mykola`
/// does not.
bool begins_with_word(std::string_view text, std::string_view word);

}  // namespace kith
