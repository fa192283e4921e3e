#include "contacts/model/name_pattern.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "base/icu.hpp"
#include "base/text.hpp"

namespace kith::contacts {

namespace {

/// Patterns of formatted names, the first match counts: Prefix, Given, Additional, Family, Suffix.
/// What stands before a letter is written if its part and a part before it have text.
constexpr std::array<std::string_view, 12> patterns = {
    "P G A F, S", "P G A F S", "P G A F", "P G F", "G A F", "G F",
    "F G",        "F, G",      "F, G A",  "FG",    "G",     "F",
};
constexpr std::string_view joined_pattern = "FG";  ///< of Chinese, Japanese and Korean names

bool is_ideographic(UChar32 c) {
  switch (u_getIntPropertyValue(c, UCHAR_SCRIPT)) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_BOPOMOFO: return true;
    default: return false;
  }
}

/// Returns whether names of this kind are written without blanks between them.
bool is_east_asian(std::string_view name) {
  bool found = false;
  icu_text::for_each_char(name, [&](UChar32 c, std::string_view) {
    found = found || (c >= 0x80 && is_ideographic(c));
  });
  return found;
}

const std::string& part_of(const NameParts& parts, char letter) {
  switch (letter) {
    case 'P': return parts.prefix;
    case 'G': return parts.given;
    case 'A': return parts.additional;
    case 'F': return parts.family;
    default: return parts.suffix;
  }
}

std::string formatted(std::string_view pattern, const NameParts& parts) {
  std::string out;
  std::string separator;
  for (const char c : pattern) {
    if (c == ' ' || c == ',') {
      separator += c;
      continue;
    }
    const std::string& part = part_of(parts, c);
    if (!out.empty() && !part.empty()) out += separator;
    out += part;
    separator.clear();
  }
  return out;
}

/// Returns whether a name can be made by a pattern.
bool fits(std::string_view pattern, const NameParts& parts) {
  if (pattern != joined_pattern) return true;
  return is_east_asian(parts.family) && is_east_asian(parts.given);
}

std::string made_by(std::string_view pattern, const NameParts& parts) {
  if (parts.given.empty() && parts.family.empty()) return {};
  std::string name = fits(pattern, parts) ? formatted(pattern, parts) : formatted("F G", parts);
  return name.empty() ? plain_name(parts) : name;
}

/// A name within a text.
struct Place {
  std::size_t begin;
  std::size_t size;
  std::string_view replacement;
};

bool is_word_character(UChar32 c) { return c >= 0 && u_isalnum(c) != 0; }

bool is_whole_word(std::string_view text, std::size_t begin, std::size_t end) {
  const auto* raw = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  UChar32 before = 0;
  UChar32 after = 0;
  auto at = static_cast<int32_t>(begin);
  if (at > 0) U8_PREV(raw, 0, at, before);
  at = static_cast<int32_t>(end);
  if (at < size) U8_NEXT(raw, at, size, after);
  return !is_word_character(before) && !is_word_character(after);
}

/// Returns the only place where a name stands in a text as a whole word.
std::optional<Place> find_word(std::string_view text, std::string_view word,
                               std::string_view replacement) {
  std::optional<Place> found;
  if (word.empty()) return found;
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    if (!is_whole_word(text, at, at + word.size())) continue;
    if (found) return std::nullopt;
    found = Place{at, word.size(), replacement};
  }
  return found;
}

/// Returns the text with its old names replaced; nothing if there are none.
std::optional<std::string> with_words_replaced(std::string_view text, const NameParts& old_parts,
                                               const NameParts& new_parts) {
  auto given = old_parts.given == new_parts.given
                   ? std::nullopt
                   : find_word(text, old_parts.given, new_parts.given);
  auto family = old_parts.family == new_parts.family
                    ? std::nullopt
                    : find_word(text, old_parts.family, new_parts.family);
  if (given && family) {
    if (given->begin > family->begin) std::swap(given, family);
    if (given->begin + given->size > family->begin) family.reset();  // one within the other
  }
  std::string out(text);
  if (family) out.replace(family->begin, family->size, family->replacement);
  if (given) out.replace(given->begin, given->size, given->replacement);
  if (!given && !family) return std::nullopt;
  out = clean_line(out);
  return out.empty() ? std::nullopt : std::optional(out);
}

}  // namespace

std::string plain_name(const NameParts& parts) { return formatted("G F", parts); }

std::optional<std::string> following_name(std::string_view full_name, const NameParts& old_parts,
                                          const NameParts& new_parts, NameWords words) {
  const std::string text = clean_line(full_name);
  const auto* const pattern = std::ranges::find_if(patterns, [&](std::string_view each) {
    return fits(each, old_parts) && text == formatted(each, old_parts);
  });
  if (pattern != patterns.end()) return made_by(*pattern, new_parts);
  if (words == NameWords::stay) return std::nullopt;
  return with_words_replaced(text, old_parts, new_parts);
}

}  // namespace kith::contacts
