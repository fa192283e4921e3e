#include <algorithm>

#include "base/icu.hpp"
#include "base/indic.hpp"
#include "base/letters.hpp"
#include "base/normalizing.hpp"
#include "base/text.hpp"

namespace kith {

namespace {

using icu_text::append;

bool is_ascii_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r'; }

std::string fold_ascii(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_ascii_blank(c)) {
      if (!out.ends_with(' ')) out.push_back(' ');
    } else if (!letters::is_quote(c)) {
      out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
    }
  }
  return out;
}

/// Writes both forms of a text. REQUIRES: the input is the characters of one text, casefolded and
/// decomposed.
class Folder {
 public:
  explicit Folder(std::size_t units) {
    plain_.reserve(units);
    alternate_.reserve(units);
  }

  void add(UChar32 c) {
    if (letters::is_accent(c)) {
      add_accent(c);
    } else if (c != '\n' && icu_text::is_white_space(c)) {
      has_new_blank_ = add_blank(plain_);
      add_blank(alternate_);
      base_ = ' ';
      return;
    } else if (!letters::is_quote(c)) {
      add_letter(c);
    }
    has_new_blank_ = false;
  }

  Folded finish() && {
    static const icu::Normalizer2& nfc = icu_text::normalizer(&icu::Normalizer2::getNFCInstance);
    using icu_text::normalized, icu_text::to_utf8, icu_text::view;
    indic::unify_letters(alternate_);
    indic::unify_letters(plain_);
    indic::unify_nasals(plain_);
    Folded both{.plain = to_utf8(normalized(nfc, view(plain_))), .alternate = {}};
    both.alternate = plain_ == alternate_ ? both.plain : to_utf8(normalized(nfc, view(alternate_)));
    return both;
  }

 private:
  /// Appends a blank unless there already is one before it. Returns whether it did.
  static bool add_blank(std::u16string& out) {
    if (out.ends_with(u' ')) return false;
    out.push_back(u' ');
    return true;
  }

  /// A spacing accent (`´`) decomposes to a blank and an accent. It is used as an apostrophe, so
  /// the blank is dropped with the accent.
  void drop_carrier() {
    if (!has_new_blank_) return;
    plain_.pop_back();
    alternate_.pop_back();
  }

  /// On keyboards without them, `ä`, `ö`, `ü` and `å` are typed as `ae`, `oe`, `ue` and `aa`.
  void add_accent(UChar32 c) {
    constexpr UChar32 diaeresis = 0x308;
    constexpr UChar32 ring = 0x30A;
    drop_carrier();
    const bool is_umlaut = c == diaeresis && (base_ == 'a' || base_ == 'o' || base_ == 'u');
    if (is_umlaut) alternate_.push_back(u'e');
    if (c == ring && base_ == 'a') alternate_.push_back(u'a');
    if (is_umlaut || c == ring) base_ = 0;  // once per letter
  }

  void add_letter(UChar32 c) {
    constexpr UChar32 voiced_mark = 0x3099;
    constexpr UChar32 semi_voiced_mark = 0x309A;
    if (c == voiced_mark || c == semi_voiced_mark) return append_both(c);
    if (c < 0x80) {
      base_ = c;
      return append_both(c);
    }
    c = letters::to_common_ideograph(letters::to_hiragana(c));
    if (letters::is_iteration_mark(c)) return add_iteration(c);
    base_ = c;
    if (letters::is_hyphen(c)) return append_both('-');
    const int32_t digit = u_charDigitValue(c);
    const auto spelling = letters::spelling_of(c);
    if (spelling) {
      plain_.append(spelling->plain);
      alternate_.append(spelling->alternate);
    } else {
      append_both(digit >= 0 ? '0' + digit : c);
    }
  }

  /// The plain form keeps the mark, so that searches for a part of a name that begins with it
  /// succeed.
  void add_iteration(UChar32 c) {
    append(plain_, c == U'〻' ? U'々' : c);
    const bool can_repeat = u_isalpha(base_) != 0;
    append(alternate_, can_repeat ? base_ : c);
  }

  void append_both(UChar32 c) {
    append(plain_, c);
    append(alternate_, c);
  }

  std::u16string plain_;
  std::u16string alternate_;
  UChar32 base_ = 0;  ///< the last character that is not a mark
  bool has_new_blank_ = false;
};

}  // namespace

Folded fold_both(std::string_view text) {
  if (is_ascii(text)) {
    const std::string folded = fold_ascii(text);
    return {folded, folded};
  }
  static const icu::Normalizer2& nfkc_cf =
      icu_text::normalizer(&icu::Normalizer2::getNFKCCasefoldInstance);
  static const icu::Normalizer2& nfd = icu_text::normalizer(&icu::Normalizer2::getNFDInstance);
  const icu::UnicodeString decomposed =
      icu_text::normalized(nfd, icu_text::normalized(nfkc_cf, icu_text::to_unicode(text)));
  Folder folder(static_cast<std::size_t>(decomposed.length()));
  icu_text::for_each_char(decomposed, [&](UChar32 c) { folder.add(c); });
  return std::move(folder).finish();
}

std::string fold(std::string_view text) {
  if (is_ascii(text)) return fold_ascii(text);
  return fold_both(text).plain;
}

std::string ascii_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
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
