#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

#include <unicode/coll.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

#include "base/limits.hpp"
#include "base/normalizing.hpp"

namespace kith {

namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void check(UErrorCode status) {
  if (U_FAILURE(status)) throw std::runtime_error(std::string("ICU: ") + u_errorName(status));
}

const icu::Normalizer2& normalizer(const icu::Normalizer2* (*instance)(UErrorCode&)) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* found = instance(status);
  check(status);
  return *found;
}

icu::UnicodeString to_unicode(std::string_view text) {
  return icu::UnicodeString::fromUTF8({text.data(), static_cast<int32_t>(text.size())});
}

std::string to_utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

/// `text` as ICU takes it, without a copy.
icu::UnicodeString view(const std::u16string& text) {
  return {false, text.data(), static_cast<int32_t>(text.size())};
}

/// Calls `visit` with each code point and its one or two code units.
template <typename Visit>
void for_each_char(const icu::UnicodeString& text, const Visit& visit) {
  const char16_t* units = text.getBuffer();
  for (int32_t i = 0, begin = 0; i < text.length(); begin = i) {
    UChar32 c = 0;
    U16_NEXT(units, i, text.length(), c);
    visit(c, std::u16string_view(units + begin, static_cast<std::size_t>(i - begin)));
  }
}

/// A letter that does not decompose, and what it is searched as. The second spelling is how the
/// letter is typed by people whose keyboard has none.
struct Letter {
  UChar32 letter;
  std::string_view plain;
  std::string_view alternate;
};

constexpr std::array letters{
    Letter{U'ł', "l", "l"},   Letter{U'đ', "d", "dj"},  Letter{U'ø', "o", "oe"},
    Letter{U'æ', "ae", "ae"}, Letter{U'œ', "oe", "oe"}, Letter{U'þ', "th", "th"},
    Letter{U'ð', "d", "d"},   Letter{U'ı', "i", "i"},   Letter{U'ħ', "h", "h"},
    Letter{U'ŋ', "n", "ng"},  Letter{U'ŧ', "t", "t"},   Letter{U'ä', "a", "ae"},
    Letter{U'ö', "o", "oe"},  Letter{U'ü', "u", "ue"},  Letter{U'å', "a", "aa"},
};

/// The characters before it, ASCII among them, stand for themselves and mark nothing.
constexpr UChar32 first_letter = 0xC0;

const Letter* find_letter(UChar32 c) {
  const auto* const found = std::ranges::find(letters, c, &Letter::letter);
  return found == letters.end() ? nullptr : found;
}

/// Casefolded and composed, so that each letter of the table is one code point.
icu::UnicodeString casefold(std::string_view text) {
  static const icu::Normalizer2& nfkc_cf = normalizer(&icu::Normalizer2::getNFKCCasefoldInstance);
  return normalized_in_linear_time(nfkc_cf, to_unicode(text));
}

/// Letters of the table as `spelling`, digits of any script as ASCII.
std::u16string replace_letters(const icu::UnicodeString& text,
                               std::string_view Letter::* spelling) {
  std::u16string out;
  out.reserve(static_cast<std::size_t>(text.length()));
  for_each_char(text, [&](UChar32 c, std::u16string_view units) {
    const Letter* letter = c < first_letter ? nullptr : find_letter(c);
    const int32_t digit = c < first_letter ? -1 : u_charDigitValue(c);
    if (letter) {
      out.append((letter->*spelling).begin(), (letter->*spelling).end());
    } else if (digit >= 0) {
      out.push_back(static_cast<char16_t>(u'0' + digit));
    } else {
      out.append(units);
    }
  });
  return out;
}

std::string without_marks(const std::u16string& text) {
  static const icu::Normalizer2& nfd = normalizer(&icu::Normalizer2::getNFDInstance);
  static const icu::Normalizer2& nfc = normalizer(&icu::Normalizer2::getNFCInstance);
  const icu::UnicodeString decomposed = normalized_in_linear_time(nfd, view(text));
  std::u16string kept;
  kept.reserve(static_cast<std::size_t>(decomposed.length()));
  for_each_char(decomposed, [&](UChar32 c, std::u16string_view units) {
    if (c < first_letter || u_charType(c) != U_NON_SPACING_MARK) kept.append(units);
  });
  return to_utf8(normalized_in_linear_time(nfc, view(kept)));
}

std::string fold_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

std::string unify_newlines(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out.push_back(text[i]);
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      out.push_back('\n');
    }
  }
  return out;
}

/// A collator is not to be shared by threads.
icu::Collator& collator() {
  thread_local const std::unique_ptr<icu::Collator> root = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::Collator> made(
        icu::Collator::createInstance(icu::Locale::getRoot(), status));
    check(status);
    return made;
  }();
  return *root;
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  const auto* octets = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c = 0;
    U8_NEXT(octets, i, size, c);
    if (c < 0) return false;
  }
  return true;
}

bool is_blank(std::string_view text) {
  const auto* octets = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c = 0;
    U8_NEXT(octets, i, size, c);
    const bool unseen = c >= 0 && (u_isUWhiteSpace(c) ||
                                   u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0);
    if (!unseen) return false;
  }
  return true;
}

std::string_view trimmed(std::string_view text, std::string_view blanks) {
  const auto first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::size_t count_chars(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

bool has_control_characters(std::string_view text, bool newline_allowed) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octet = static_cast<unsigned char>(text[i]);
    const bool line_end = octet == '\n' || octet == '\r';  // `normalize` makes them one newline
    if ((octet < 0x20 || octet == 0x7F) && !(newline_allowed && line_end)) return true;
    // C1 controls are U+0080 to U+009F: C2 80 to C2 9F in UTF-8.
    const bool c1 =
        octet == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
    if (c1) return true;
  }
  return false;
}

std::string_view cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  const auto continues = [&](std::size_t i) {
    return (static_cast<unsigned char>(text[i]) & 0xC0) == 0x80;
  };
  while (bytes_max > 0 && continues(bytes_max)) --bytes_max;
  return text.substr(0, bytes_max);
}

std::string normalize(std::string_view text) {
  const std::string unified = unify_newlines(text);
  if (is_ascii(unified)) return unified;
  static const icu::Normalizer2& nfc = normalizer(&icu::Normalizer2::getNFCInstance);
  return to_utf8(normalized_in_linear_time(nfc, to_unicode(unified)));
}

std::string fold(std::string_view text) {
  if (is_ascii(text)) return fold_ascii(text);
  return without_marks(replace_letters(casefold(text), &Letter::plain));
}

Folded fold_both(std::string_view text) {
  if (is_ascii(text)) return {fold_ascii(text), fold_ascii(text)};
  const icu::UnicodeString folded = casefold(text);
  const std::u16string plain = replace_letters(folded, &Letter::plain);
  const std::u16string alternate = replace_letters(folded, &Letter::alternate);
  Folded both{.plain = without_marks(plain), .alternate = {}};
  both.alternate = plain == alternate ? both.plain : without_marks(alternate);
  return both;
}

Octets sort_key(std::string_view text) {
  std::array<uint8_t, limits::sort_key_bytes_max + 1> key{};
  const int32_t needed = collator().getSortKey(to_unicode(text), key.data(), key.size());
  // The key ends with a zero octet, which `needed` counts.
  const auto size =
      std::min(static_cast<std::size_t>(std::max(needed - 1, 0)), limits::sort_key_bytes_max);
  return {std::string(reinterpret_cast<const char*>(key.data()), text.empty() ? 0 : size)};
}

std::uint32_t collation_version() {
  UVersionInfo parts{};
  collator().getVersion(parts);
  std::uint32_t version = 0;
  for (const std::uint8_t part : parts) version = version << 8 | part;
  return version;
}

std::string digits_of(std::string_view text) {
  std::string out;
  const auto* octets = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c = 0;
    U8_NEXT(octets, i, size, c);
    if (c < 0) continue;  // not UTF-8
    const int32_t digit = c < 0x80 ? c - '0' : u_charDigitValue(c);
    if (digit >= 0 && digit <= 9) out.push_back(static_cast<char>('0' + digit));
  }
  return out;
}

bool begins_with_word(std::string_view text, std::string_view word) {
  const std::string folded_text = fold(text);
  const std::string folded_word = fold(word);
  const auto first = std::min(folded_text.find_first_not_of(' '), folded_text.size());
  const std::string_view rest = std::string_view(folded_text).substr(first);
  if (folded_word.empty() || !rest.starts_with(folded_word)) return false;
  const std::string_view after = rest.substr(folded_word.size());
  if (after.empty()) return true;
  int32_t i = 0;
  UChar32 c = 0;
  U8_NEXT(reinterpret_cast<const uint8_t*>(after.data()), i, static_cast<int32_t>(after.size()), c);
  return !u_isalnum(c);
}

}  // namespace kith
