#include "contacts/search/find.hpp"

#include <bit>
#include <cstdint>
#include <cstring>

namespace kith::contacts {

namespace {

/// The bytes compared together: the compiler splits them into as many machine words as needed.
using Block = unsigned char __attribute__((ext_vector_type(64)));
using Flags = bool __attribute__((ext_vector_type(64)));

/// Returns a bit for each position of the block at `begin` that has the byte `first`, and `last` at
/// the given distance after it.
std::uint64_t places_of(const char* begin, const Block& first, const Block& last,
                        std::size_t distance) {
  Block firsts;
  Block lasts;
  std::memcpy(&firsts, begin, sizeof firsts);
  std::memcpy(&lasts, begin + distance, sizeof lasts);
  const Flags both = __builtin_convertvector(firsts == first, Flags) &
                     __builtin_convertvector(lasts == last, Flags);
  return std::bit_cast<std::uint64_t>(both);
}

/// Returns the number of positions that match at both ends but not between, after which memmem
/// takes over: in a crafted text, every position may be like that.
std::size_t false_places_max(std::size_t bytes) { return 8 + bytes / 16; }

}  // namespace

std::size_t find_bytes(std::string_view text, std::string_view needle, std::size_t from) {
  const std::size_t distance = needle.size() - 1;
  const Block first = static_cast<unsigned char>(needle.front());
  const Block last = static_cast<unsigned char>(needle.back());
  const std::size_t begin = from;
  std::size_t false_places = 0;
  while (from + distance + sizeof(Block) <= text.size() &&
         false_places <= false_places_max(from - begin)) {
    std::uint64_t places = places_of(text.data() + from, first, last, distance);
    for (; places != 0; places &= places - 1) {
      const std::size_t at = from + static_cast<std::size_t>(std::countr_zero(places));
      if (text.substr(at, needle.size()) == needle) return at;
      ++false_places;
    }
    from += sizeof(Block);
  }
  if (from >= text.size()) return std::string_view::npos;
  const void* found =
      ::memmem(text.data() + from, text.size() - from, needle.data(), needle.size());
  if (!found) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

}  // namespace kith::contacts
