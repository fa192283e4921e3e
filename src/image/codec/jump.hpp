#pragma once

#include <csetjmp>

namespace kith::image {

/// Error handling for libjpeg and libpng, whose error functions must not return: they jump out of
/// the library, over its frames and back into `runs`.
///
/// A jump over a frame with an object to destroy is undefined behaviour, and exceptions must not
/// pass through frames of C. Therefore steps hold only trivially destructible objects and call only
/// the library and noexcept functions. What they use belongs to objects that outlive `runs`.
class Jump {
 public:
  /// Runs a step; returns false if it has jumped out.
  template <typename Step>
  bool runs(Step step) noexcept {
    if (setjmp(at_) != 0) return false;
    step();
    return true;
  }

  /// Ends the step. REQUIRES: called by the library while `runs` is running.
  [[noreturn]] void leave() noexcept { std::longjmp(at_, 1); }

 private:
  std::jmp_buf at_{};
};

}  // namespace kith::image
