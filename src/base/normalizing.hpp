#pragma once

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

namespace kith::icu_text {

/// Returns `text` normalized by `by`, in time linear in its length. ICU sorts combining marks into
/// canonical order (Unicode 3.11, D109) by insertion, which is quadratic in the length of a run of
/// marks: two minutes for 1 MiB. External text must be normalized only by this function. Throws
/// std::runtime_error if ICU fails.
icu::UnicodeString normalized(const icu::Normalizer2& by, const icu::UnicodeString& text);

}  // namespace kith::icu_text
