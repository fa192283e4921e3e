#include "blob/blob_name.hpp"

#include <algorithm>

#include "crypto/digest.hpp"
#include "crypto/random.hpp"

namespace kith::blob {

namespace {

constexpr std::size_t random_bytes_count = 16;

}  // namespace

BlobName BlobName::make() { return {crypto::to_hex(crypto::random_bytes(random_bytes_count))}; }

std::expected<BlobName, std::string_view> BlobName::parse(std::string_view text) {
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if (text.size() != 2 * random_bytes_count || !std::ranges::all_of(text, is_hex)) {
    return std::unexpected("must be 32 hexadecimal digits");
  }
  return BlobName{std::string(text)};
}

}  // namespace kith::blob
