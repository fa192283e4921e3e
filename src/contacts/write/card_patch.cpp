#include "contacts/write/card_patch.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <memory>
#include <new>

#include <zstd.h>

#include "store/store.hpp"
#include "vcard/limits.hpp"

namespace kith::contacts {

namespace {

constexpr int compression_level = 3;
constexpr int window_log_min = 10;  // of the format (RFC 8878, 3.1.1.1.2)

/// The window has to reach over the card and its prefix.
constexpr int window_log_max = static_cast<int>(std::bit_width(2 * vcard::card_bytes_max));

/// Beyond this size, what is equal is found by hashes of long pieces.
constexpr std::size_t long_distance_bytes = 128 * 1024;

using Compressor =
    std::unique_ptr<ZSTD_CCtx, decltype([](ZSTD_CCtx* each) { ZSTD_freeCCtx(each); })>;
using Decompressor =
    std::unique_ptr<ZSTD_DCtx, decltype([](ZSTD_DCtx* each) { ZSTD_freeDCtx(each); })>;

/// Returns `size`. Throws if it is an error of zstd.
std::size_t checked(std::size_t size) {
  if (ZSTD_isError(size) == 0) return size;
  throw store::DatabaseError(std::string("an old card cannot be read: ") + ZSTD_getErrorName(size));
}

void configure(ZSTD_CCtx* context, std::size_t bytes) {
  const int window_log =
      std::clamp(static_cast<int>(std::bit_width(bytes)), window_log_min, window_log_max);
  checked(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, compression_level));
  checked(ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log));
  checked(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1));
  if (bytes < long_distance_bytes) return;
  checked(ZSTD_CCtx_setParameter(context, ZSTD_c_enableLongDistanceMatching, 1));
}

}  // namespace

std::string card_patch(std::string_view before, std::string_view after) {
  const Compressor context(ZSTD_createCCtx());
  if (!context) throw std::bad_alloc();
  configure(context.get(), before.size() + after.size());
  checked(ZSTD_CCtx_refPrefix(context.get(), after.data(), after.size()));
  std::string patch(ZSTD_compressBound(before.size()), '\0');
  patch.resize(checked(
      ZSTD_compress2(context.get(), patch.data(), patch.size(), before.data(), before.size())));
  patch.shrink_to_fit();
  return patch;
}

std::string apply_card_patch(std::string_view patch, std::string_view after) {
  const auto size = ZSTD_getFrameContentSize(patch.data(), patch.size());
  if (size > vcard::card_bytes_max) {  // also when it is unknown
    throw store::DatabaseError("an old card has no valid size");
  }
  const Decompressor context(ZSTD_createDCtx());
  if (!context) throw std::bad_alloc();
  checked(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, window_log_max));
  checked(ZSTD_DCtx_refPrefix(context.get(), after.data(), after.size()));
  std::string before(size, '\0');
  before.resize(checked(ZSTD_decompressDCtx(context.get(), before.data(), before.size(),
                                            patch.data(), patch.size())));
  return before;
}

}  // namespace kith::contacts
