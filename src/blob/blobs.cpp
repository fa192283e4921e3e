#include "blob/blobs.hpp"

#include <utility>

#include "base/limits.hpp"

namespace kith::blob {

namespace {

template <class T>
Result<T> flattened(Result<Result<T>> done) {
  if (!done) return std::unexpected(std::move(done.error()));
  return *std::move(done);
}

}  // namespace

Blobs::Blobs(std::unique_ptr<BlobStore> store)
    : store_(std::move(store)),
      writers_(limits::blob_threads, limits::blob_write_queue_max,
               "Too many pictures are being saved. Try again shortly."),
      readers_(limits::blob_threads, limits::blob_read_queue_max,
               "Too many pictures are being loaded. Try again shortly.") {}

Task<Result<void>> Blobs::put(BlobName name, std::string bytes) {
  co_return flattened(
      co_await writers_.run<Result<void>>([&] { return store_->put(name, bytes); }));
}

Task<Result<void>> Blobs::remove(BlobName name) {
  co_return flattened(co_await writers_.run<Result<void>>([&] { return store_->remove(name); }));
}

Task<Result<StoredBlob>> Blobs::get(BlobName name, Time now) {
  co_return flattened(
      co_await readers_.run<Result<StoredBlob>>([&] { return store_->get(name, now); }));
}

}  // namespace kith::blob
