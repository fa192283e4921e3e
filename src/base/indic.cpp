#include "base/indic.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <utility>

namespace kith::indic {

namespace {

/// Blocks of these scripts follow each other, each with the letters of ISCII in the same places.
constexpr char16_t first_block = 0x900;
constexpr char16_t block_size = 0x80;
constexpr char16_t sinhala = 0xD80;
constexpr char16_t end_of_blocks = 0xE00;
constexpr char16_t tamil = 0xB80;  ///< writes no anusvara for its nasals

constexpr char16_t candrabindu = 0x01;
constexpr char16_t anusvara = 0x02;
constexpr char16_t virama = 0x4D;
constexpr char16_t sinhala_virama = 0xDCA;
constexpr char16_t gurmukhi_tippi = 0xA70;

bool is_indic(char16_t c) { return c >= first_block && c < end_of_blocks; }

char16_t block_of(char16_t c) { return static_cast<char16_t>(c - c % block_size); }

/// The five rows of stops each end with their nasal. Sinhala has its rows elsewhere.
enum class Kind : bool { stop, nasal };

bool is_of_kind(char16_t c, Kind kind) {
  constexpr std::u16string_view nasals = u"\x19\x1E\x23\x28\x2E";
  constexpr std::u16string_view sinhala_nasals = u"\xD9E\xDA4\xDAB\xDB1\xDB8";
  if (block_of(c) == sinhala) {
    if (sinhala_nasals.contains(c)) return kind == Kind::nasal;
    return kind == Kind::stop && c >= 0xD9A && c <= 0xDB9;
  }
  const auto place = static_cast<char16_t>(c % block_size);
  if (nasals.contains(place)) return kind == Kind::nasal;
  return kind == Kind::stop && place >= 0x15 && place <= 0x2D && place != 0x29;
}

bool is_virama(char16_t c) {
  return block_of(c) == sinhala ? c == sinhala_virama : c % block_size == virama;
}

/// Whether a nasal that sounds as the stop behind it begins at `at`.
bool is_nasal_cluster(std::u16string_view text, std::size_t at) {
  if (at + 2 >= text.size() || !is_of_kind(text[at], Kind::nasal)) return false;
  const char16_t block = block_of(text[at]);
  const bool is_one_script = block_of(text[at + 1]) == block && block_of(text[at + 2]) == block;
  return is_one_script && is_virama(text[at + 1]) && is_of_kind(text[at + 2], Kind::stop);
}

bool is_bindu(char16_t c) {
  return c == gurmukhi_tippi || c % block_size == candrabindu || c % block_size == anusvara;
}

struct Letter {
  char16_t letter;
  std::u16string_view spelling;
};

constexpr Letter letters[] = {
    {0x9CE, u"\x9A4\x9CD"}, {0xD54, u"\xD2E\xD4D"}, {0xD55, u"\xD2F\xD4D"}, {0xD56, u"\xD34\xD4D"},
    {0xD7A, u"\xD23\xD4D"}, {0xD7B, u"\xD28\xD4D"}, {0xD7C, u"\xD30\xD4D"}, {0xD7D, u"\xD32\xD4D"},
    {0xD7E, u"\xD33\xD4D"}, {0xD7F, u"\xD15\xD4D"},
};

}  // namespace

void unify_letters(std::u16string& text) {
  if (std::ranges::none_of(text, is_indic)) return;
  std::u16string out;
  out.reserve(text.size());
  for (const char16_t c : text) {
    const auto* const found = std::ranges::find(letters, c, &Letter::letter);
    if (found == std::end(letters)) {
      out.push_back(c);
    } else {
      out.append(found->spelling);
    }
  }
  text = std::move(out);
}

void unify_nasals(std::u16string& text) {
  if (std::ranges::none_of(text, is_indic)) return;
  std::u16string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char16_t c = text[at];
    const bool may_change = is_indic(c) && block_of(c) != tamil;
    if (may_change && is_nasal_cluster(text, at)) {
      out.push_back(static_cast<char16_t>(block_of(c) + anusvara));
      ++at;  // the virama
    } else if (may_change && is_bindu(c)) {
      out.push_back(static_cast<char16_t>(block_of(c) + anusvara));
    } else {
      out.push_back(c);
    }
  }
  text = std::move(out);
}

}  // namespace kith::indic
