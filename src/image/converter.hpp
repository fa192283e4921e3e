#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/task.hpp"
#include "base/workers.hpp"
#include "image/product.hpp"

namespace kith::image {

/// Makes avatars, photos and thumbnails with `kith-image`, a process per picture, on dedicated
/// threads behind bounded queues. Shared by all loops.
class Converter {
 public:
  /// `program` is the path of kith-image.
  explicit Converter(std::string program);

  /// Returns a product of an uploaded picture. Errors: `unsupported_media_type` for data of other
  /// kinds; `invalid`, with a specific slug, for a picture that is too large or damaged;
  /// `payload_too_large` over `limits::picture_bytes_max`; `unavailable` if the queue is full,
  /// decoding takes longer than `limits::picture_timeout`, or the program does not start. REQUIRES:
  /// the bytes of `picture` outlive the task.
  Task<Result<std::string>> make(Product product, std::string_view picture);

  /// Returns a product of a stored picture: as `make`, but in a queue of its own, so that uploads
  /// do not wait for the thumbnails of a long list.
  Task<Result<std::string>> make_thumbnail(Product product, std::string_view picture);

 private:
  Task<Result<std::string>> make_on(Workers& workers, Product product, std::string_view picture);

  std::string program_;
  Workers uploads_;
  Workers thumbnails_;
};

}  // namespace kith::image
