#include "base/normalizing.hpp"

#include <algorithm>
#include <cstdint>
#include <map>

#include "base/icu.hpp"

namespace kith::icu_text {

namespace {

/// The longest run of characters that ICU may reorder. Real text has a handful; Unicode's
/// stream-safe format (UAX 15, section 13) allows 30.
constexpr int run_chars_max = 32;

bool has_long_run(const icu::Normalizer2& by, const icu::UnicodeString& text) {
  int run = 0;
  int longest = 0;
  for_each_char(text, [&](UChar32 c) {
    run = c < 0x80 || by.hasBoundaryBefore(c) ? 0 : run + 1;
    longest = std::max(longest, run);
  });
  return longest > run_chars_max;
}

/// The marks of one run, sorted by combining class; marks of the same class keep their order.
class MarkRun {
 public:
  void add(UChar32 c, std::uint8_t combining_class) { marks_[combining_class].append(c); }

  void move_to(icu::UnicodeString& out) {
    for (const auto& [combining_class, marks] : marks_) out.append(marks);
    marks_.clear();
  }

 private:
  std::map<std::uint8_t, icu::UnicodeString> marks_;
};

/// Maps each character of `text` by `by`, and sorts the marks among them into canonical order.
icu::UnicodeString decomposed(const icu::Normalizer2& by, const icu::UnicodeString& text) {
  icu::UnicodeString out;
  MarkRun run;
  const auto append = [&](UChar32 c) {
    const std::uint8_t combining_class = u_getCombiningClass(c);
    if (combining_class != 0) return run.add(c, combining_class);
    run.move_to(out);
    out.append(c);
  };
  for_each_char(text, [&](UChar32 c) {
    icu::UnicodeString mapped;
    if (by.getDecomposition(c, mapped)) {
      for_each_char(mapped, append);
    } else {
      append(c);
    }
  });
  run.move_to(out);
  return out;
}

}  // namespace

icu::UnicodeString normalized(const icu::Normalizer2& by, const icu::UnicodeString& text) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString out =
      by.normalize(has_long_run(by, text) ? decomposed(by, text) : text, status);
  check(status);
  return out;
}

}  // namespace kith::icu_text
