#pragma once

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

namespace kith::icu_text {

/// `text` normalized by `by`, in time linear in its length. ICU puts combining marks into their
/// canonical order (Unicode 3.11, D109) one by one, which takes time quadratic in the length of a
/// run of them: two minutes for 1 MiB. Text from outside must be normalized by this function only.
/// Throws std::runtime_error when ICU fails.
icu::UnicodeString normalized(const icu::Normalizer2& by, const icu::UnicodeString& text);

}  // namespace kith::icu_text
