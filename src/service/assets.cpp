#include "service/assets.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <stdexcept>

#include <zlib.h>

namespace kith::service {

namespace {

/// zlib's inflate state, released on destruction.
class Inflater {
 public:
  explicit Inflater(std::string_view gzip) {
    constexpr int gzip_window = 15 + 16;  // zlib.h: the largest window, with a gzip header
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
    stream_.avail_in = static_cast<uInt>(gzip.size());
    if (inflateInit2(&stream_, gzip_window) != Z_OK) throw std::runtime_error("zlib: no memory");
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  std::string all() {
    std::string out;
    std::array<char, 64 * 1024> part{};
    for (int code = Z_OK; code != Z_STREAM_END;) {
      stream_.next_out = reinterpret_cast<Bytef*>(part.data());
      stream_.avail_out = part.size();
      code = inflate(&stream_, Z_NO_FLUSH);
      if (code != Z_OK && code != Z_STREAM_END) throw std::runtime_error("zlib: damaged asset");
      out.append(part.data(), part.size() - stream_.avail_out);
    }
    return out;
  }

 private:
  z_stream stream_{};
};

}  // namespace

const Asset* find_asset(std::string_view name) {
  const auto all = assets();
  const auto found = std::ranges::find(all, name, &Asset::name);
  return found == all.end() ? nullptr : &*found;
}

std::string_view unpacked(const Asset& asset) {
  static std::mutex mutex;
  static std::map<std::string_view, std::string> kept;
  const std::lock_guard lock(mutex);
  auto& content = kept[asset.name];
  if (content.empty()) content = Inflater(asset.gzip).all();
  return content;
}

}  // namespace kith::service
