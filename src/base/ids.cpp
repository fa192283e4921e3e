#include "base/ids.hpp"

#include <algorithm>
#include <span>

#include <sodium.h>

#include "base/digits.hpp"

namespace kith {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

/// Random bytes for ids, fetched from the system for 256 ids at a time: a system call per id would
/// cost more than the rest of the request's bookkeeping.
class RandomPool {
 public:
  void fill(std::span<std::uint8_t, 8> out) {
    if (used_ == bytes_.size()) refill();
    std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(used_), out.size(), out.begin());
    used_ += out.size();
  }

 private:
  void refill() {
    randombytes_buf(bytes_.data(), bytes_.size());
    used_ = 0;
  }

  std::array<std::uint8_t, 2048> bytes_{};
  std::size_t used_ = bytes_.size();
};

bool is_dash_position(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

}  // namespace

Uuid Uuid::make_v7(Time now) {
  thread_local RandomPool pool;
  std::array<std::uint8_t, 8> random{};
  pool.fill(random);
  return make_v7(now, random);
}

Uuid Uuid::make_v7(Time now, const std::array<std::uint8_t, 8>& random) {
  Uuid uuid;
  const auto micros = static_cast<std::uint64_t>(now.micros);
  const std::uint64_t millis = micros / 1000;
  for (std::size_t i = 0; i < 6; ++i) {
    uuid.data[i] = static_cast<std::uint8_t>(millis >> (40 - 8 * i));
  }
  const std::uint64_t fraction = micros % 1000 * 4096 / 1000;  // of the millisecond, in 12 bits
  uuid.data[6] = static_cast<std::uint8_t>(0x70 | fraction >> 8);
  uuid.data[7] = static_cast<std::uint8_t>(fraction & 0xFF);
  std::ranges::copy(random, uuid.data.begin() + 8);
  uuid.data[8] = static_cast<std::uint8_t>((uuid.data[8] & 0x3F) | 0x80);
  return uuid;
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != 36) return std::nullopt;
  Uuid uuid;
  std::size_t digit = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_dash_position(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    auto& byte = uuid.data[digit / 2];
    byte = static_cast<std::uint8_t>((byte << 4) | value);
    ++digit;
  }
  return uuid;
}

void Uuid::append_to(std::string& out) const {
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out.push_back('-');
    out.push_back(hex_digits[data[i] >> 4]);
    out.push_back(hex_digits[data[i] & 0x0F]);
  }
}

}  // namespace kith
