#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/workers.hpp"

namespace kith::image {

/// Makes avatars with `kith-image`, a process per picture, on dedicated threads behind a bounded
/// queue. Shared by all loops.
class Converter {
 public:
  /// `program` is the path of kith-image.
  explicit Converter(std::string program);

  /// Returns the avatar of `picture` as WebP. Errors: `unsupported_media_type` for data of
  /// other kinds; `invalid`, with a specific slug, for a picture that is too large or damaged;
  /// `payload_too_large` over `limits::picture_bytes_max`; `unavailable` if the queue is full,
  /// decoding takes longer than `limits::picture_timeout`, or the program does not start. REQUIRES:
  /// the bytes of `picture` outlive the task.
  Task<Result<std::string>> make_avatar(std::string_view picture);

 private:
  std::string program_;
  Workers workers_;
};

}  // namespace kith::image
