#include "image/codec/encode_webp.hpp"

#include <memory>
#include <new>

#include <webp/encode.h>

namespace kith::image {

std::string encode_webp(const Bitmap& bitmap, float quality) {
  std::uint8_t* out = nullptr;
  const std::size_t size =
      WebPEncodeRGBA(bitmap.pixels.data(), bitmap.size.width, bitmap.size.height,
                     bitmap.size.width * static_cast<int>(Bitmap::pixel_bytes), quality, &out);
  const std::unique_ptr<std::uint8_t, decltype(&WebPFree)> freed(out, &WebPFree);
  if (size == 0) throw std::bad_alloc();
  return {reinterpret_cast<const char*>(out), size};
}

}  // namespace kith::image
