#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include <unicode/coll.h>
#include <unicode/uscript.h>

#include "base/icu.hpp"
#include "base/limits.hpp"
#include "base/normalizing.hpp"

namespace kith {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

namespace {

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

/// Returns the thread's collator, because collators cannot be shared between threads.
icu::Collator& collator() {
  thread_local const std::unique_ptr<icu::Collator> root = [] {
    UErrorCode status = U_ZERO_ERROR;
    std::unique_ptr<icu::Collator> made(
        icu::Collator::createInstance(icu::Locale::getRoot(), status));
    icu_text::check(status);
    return made;
  }();
  return *root;
}

std::string_view without_invisible_start(std::string_view text) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  int32_t begin = 0;
  for (int32_t i = 0; i < size; begin = i) {
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    if (c < 0 || !icu_text::is_invisible(c)) break;
  }
  return text.substr(static_cast<std::size_t>(begin));
}

/// The last character of a text. Negative: the text is empty or ends with invalid UTF-8.
struct Last {
  UChar32 c = -1;
  std::size_t bytes = 0;
};

Last last_of(std::string_view text) {
  if (text.empty()) return {};
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  auto i = static_cast<int32_t>(text.size());
  UChar32 c = 0;
  U8_PREV(bytes, 0, i, c);
  return {c, text.size() - static_cast<std::size_t>(i)};
}

/// Returns whether a variation selector after `c` selects another form: of emoji, ideographs,
/// mathematical symbols, and scripts with standardized variants. ASCII digits are emoji, too, but
/// never change at the end of a text.
bool has_variants(UChar32 c) {
  if (c < 0x80 || icu_text::is_invisible(c)) return false;
  for (const UProperty property : {UCHAR_EMOJI, UCHAR_IDEOGRAPHIC, UCHAR_UNIFIED_IDEOGRAPH}) {
    if (u_hasBinaryProperty(c, property) != 0) return true;
  }
  if (u_charType(c) == U_MATH_SYMBOL) return true;
  return std::ranges::any_of(
      std::array{USCRIPT_MONGOLIAN, USCRIPT_PHAGS_PA, USCRIPT_MANICHAEAN, USCRIPT_MYANMAR},
      [c](UScriptCode script) { return uscript_hasScript(c, script) != 0; });
}

/// Returns whether a zero-width joiner after `c` changes its shape.
bool joins_next(UChar32 c) {
  const int joining = u_getIntPropertyValue(c, UCHAR_JOINING_TYPE);
  if (joining == U_JT_DUAL_JOINING || joining == U_JT_LEFT_JOINING) return true;
  const int syllabic = u_getIntPropertyValue(c, UCHAR_INDIC_SYLLABIC_CATEGORY);
  return syllabic == U_INSC_VIRAMA || syllabic == U_INSC_INVISIBLE_STACKER;
}

constexpr UChar32 first_tag = 0xE0020;
constexpr UChar32 cancel_tag = 0xE007F;

/// Returns whether an invisible character may change how its neighbours look: joiners and
/// non-joiners, variation selectors, the tags of a flag.
bool is_shaping(UChar32 c) {
  constexpr UChar32 non_joiner = 0x200C;
  constexpr UChar32 joiner = 0x200D;
  return c == non_joiner || c == joiner || (c >= first_tag && c <= cancel_tag) ||
         u_hasBinaryProperty(c, UCHAR_VARIATION_SELECTOR) != 0;
}

/// Returns whether `text` ends with an emoji and the tags of a flag, before their cancel tag.
bool ends_with_tagged_emoji(std::string_view text) {
  std::size_t tags = 0;
  for (;; ++tags) {
    const Last last = last_of(text);
    const bool is_tag = last.c >= first_tag && last.c < cancel_tag;
    if (!is_tag) return tags > 0 && last.c >= 0x80 && u_hasBinaryProperty(last.c, UCHAR_EMOJI) != 0;
    text.remove_suffix(last.bytes);
  }
}

/// Returns whether `last`, the last character of `text`, belongs to the character before it.
bool shapes_before(const Last& last, std::string_view text) {
  constexpr UChar32 joiner = 0x200D;
  text.remove_suffix(last.bytes);
  const UChar32 before = last_of(text).c;
  if (before < 0) return false;
  if (last.c == cancel_tag) return ends_with_tagged_emoji(text);
  if (last.c == joiner) return joins_next(before);
  return u_hasBinaryProperty(last.c, UCHAR_VARIATION_SELECTOR) != 0 && has_variants(before);
}

/// Returns the text with each run of white space as one blank. Invisible characters within a run
/// are part of it.
std::string collapse_blanks(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  bool has_blank = false;
  std::string invisible;  // since the last white space
  icu_text::for_each_char(text, [&](UChar32 c, std::string_view bytes) {
    if (c >= 0 && icu_text::is_white_space(c)) {
      has_blank = true;
      invisible.clear();
    } else if (has_blank && c >= 0 && icu_text::is_invisible(c)) {
      invisible.append(bytes);
    } else {
      if (has_blank) out.append(" ").append(invisible);
      has_blank = false;
      invisible.clear();
      out.append(bytes);
    }
  });
  return out;
}

/// Returns whether NFC replaces `c` by another single character.
bool is_singleton(const icu::Normalizer2& nfc, UChar32 c) {
  icu::UnicodeString decomposed;
  return nfc.getRawDecomposition(c, decomposed) != 0 && decomposed.countChar32() == 1;
}

/// Applies NFC to each part of the text between two singletons.
icu::UnicodeString compose(const icu::Normalizer2& nfc, const icu::UnicodeString& text) {
  icu::UnicodeString out;
  icu::UnicodeString piece;
  icu_text::for_each_char(text, [&](UChar32 c) {
    if (!is_singleton(nfc, c)) {
      piece.append(c);
      return;
    }
    out.append(icu_text::normalized(nfc, piece)).append(c);
    piece.remove();
  });
  return out.append(icu_text::normalized(nfc, piece));
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  const auto* raw = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c = 0;
    U8_NEXT(raw, i, size, c);
    if (c < 0) return false;
  }
  return true;
}

bool is_blank(std::string_view text) { return trim_invisible(text).empty(); }

std::string_view trim_invisible(std::string_view text) {
  std::string_view rest = without_invisible_start(text);
  for (;;) {
    const Last last = last_of(rest);
    if (last.c < 0 || !icu_text::is_invisible(last.c)) return rest;
    if (shapes_before(last, rest)) return rest;
    rest.remove_suffix(last.bytes);
  }
}

std::string clean_line(std::string_view text) {
  const std::string collapsed = collapse_blanks(normalize(text));
  return std::string(trim_invisible(collapsed));
}

std::string clean_lines(std::string_view text) {
  const std::string normalized = normalize(text);
  return std::string(trim_invisible(normalized));
}

std::string without_hidden(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  icu_text::for_each_char(text, [&](UChar32 c, std::string_view bytes) {
    const bool is_hidden = c >= 0x80 && icu_text::is_invisible(c) && !icu_text::is_white_space(c);
    if (!is_hidden || is_shaping(c)) out.append(bytes);
  });
  return out;
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
    const auto byte = static_cast<unsigned char>(text[i]);
    const bool line_end = byte == '\n' || byte == '\r';  // `normalize` turns them into one newline
    if ((byte < 0x20 || byte == 0x7F) && !(newline_allowed && line_end)) return true;
    // C1 controls are U+0080 to U+009F: C2 80 to C2 9F in UTF-8.
    const bool c1 =
        byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
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
  std::string unified = unify_newlines(text);
  if (is_ascii(unified)) return unified;
  static const icu::Normalizer2& nfc = icu_text::normalizer(&icu::Normalizer2::getNFCInstance);
  const icu::UnicodeString sent = icu_text::to_unicode(unified);
  // ICU's complete check would compose marks that are out of order, in quadratic time.
  UErrorCode status = U_ZERO_ERROR;
  const bool is_composed = nfc.quickCheck(sent, status) == UNORM_YES;
  icu_text::check(status);
  return is_composed ? unified : icu_text::to_utf8(compose(nfc, sent));
}

ByteString sort_key(std::string_view text) {
  std::array<uint8_t, limits::sort_key_bytes_max + 1> key{};
  const int32_t needed = collator().getSortKey(icu_text::to_unicode(text), key.data(), key.size());
  // The key ends with a zero byte, which `needed` counts.
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
  icu_text::for_each_char(text, [&](UChar32 c, std::string_view) {
    const int32_t digit = c < 0x80 ? c - '0' : u_charDigitValue(c);
    if (digit >= 0 && digit <= 9) out.push_back(static_cast<char>('0' + digit));
  });
  return out;
}

}  // namespace kith
