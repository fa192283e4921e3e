#include "base/normalizing.hpp"

#include <array>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace kith {
namespace {

std::string utf8(const icu::UnicodeString& text) {
  std::string out;
  text.toUTF8String(out);
  return out;
}

std::array<const icu::Normalizer2*, 3> normalizers() {
  UErrorCode status = U_ZERO_ERROR;
  return {icu::Normalizer2::getNFCInstance(status), icu::Normalizer2::getNFDInstance(status),
          icu::Normalizer2::getNFKCCasefoldInstance(status)};
}

/// Letters, marks of several classes, and characters that decompose to marks, compose backwards or
/// are dropped by case folding.
constexpr std::array characters{U'a',      U'Ǖ',      U'가',     U'\x0327', U'\x0300',
                                U'\x0315', U'\x0345', U'ﾞ',      U'\x0F73', U'\x0344',
                                U'\x034F', U'\x00AD', U'\x1161', U'\x11A8', U'\x3099',
                                U'\x09BE', U'\x09C7', U'\xFC5E', U'\x1D165'};

TEST(NormalizingInLinearTime, MatchesIcu) {
  std::mt19937 random(7);  // NOLINT: the same texts each time
  for (int round = 0; round < 2000; ++round) {
    icu::UnicodeString text;
    const auto size = random() % 120;
    // Mostly marks, so that long runs of them occur.
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t from = random() % 50 == 0 ? 0 : 3;
      text.append(static_cast<UChar32>(characters[from + random() % (characters.size() - from)]));
    }
    for (const icu::Normalizer2* by : normalizers()) {
      UErrorCode status = U_ZERO_ERROR;
      ASSERT_EQ(utf8(icu_text::normalized(*by, text)), utf8(by->normalize(text, status)))
          << utf8(text);
    }
  }
}

}  // namespace
}  // namespace kith
