#include "image/codec/resize.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace kith::image {

namespace {

constexpr std::size_t channel_count = Bitmap::pixel_bytes;
/// Pixels as numbers from 0 to 255, colours multiplied by the opacity.
struct Plane {
  std::size_t width;
  std::size_t height;
  std::vector<float> values;

  Plane(std::size_t across, std::size_t down)
      : width(across), height(down), values(across * down * channel_count) {}
};

/// For each target pixel along an axis, the `taps` source pixels from `first` on with their
/// weights.
struct Weights {
  std::size_t taps;
  std::vector<std::size_t> first;
  std::vector<float> weights;
};

/// In units of 1 / `to` of a source pixel, so that all borders are whole numbers.
Weights shrinking(std::size_t from, std::size_t to) {
  const std::size_t taps = std::min(from, (from + to - 1) / to + 1);
  Weights out{taps, {}, {}};
  for (std::size_t target = 0; target < to; ++target) {
    const std::size_t begin = target * from;
    const std::size_t end = begin + from;
    out.first.push_back(std::min(begin / to, from - taps));
    for (std::size_t source = out.first.back(); source < out.first.back() + taps; ++source) {
      const std::size_t covered_from = std::max(begin, source * to);
      const std::size_t covered_to = std::min(end, (source + 1) * to);
      const std::size_t covered = covered_to > covered_from ? covered_to - covered_from : 0;
      out.weights.push_back(static_cast<float>(covered) / static_cast<float>(from));
    }
  }
  return out;
}

Weights enlarging(std::size_t from, std::size_t to) {
  if (from == 1) return {1, std::vector<std::size_t>(to), std::vector<float>(to, 1)};
  Weights out{2, {}, {}};
  for (std::size_t target = 0; target < to; ++target) {
    const double centre =
        (static_cast<double>(target) + 0.5) * static_cast<double>(from) / static_cast<double>(to) -
        0.5;
    const double held = std::clamp(centre, 0.0, static_cast<double>(from - 1));
    const std::size_t first = std::min(static_cast<std::size_t>(held), from - 2);
    const auto second = static_cast<float>(held - static_cast<double>(first));
    out.first.push_back(first);
    out.weights.insert(out.weights.end(), {1 - second, second});
  }
  return out;
}

/// Scales each row to `width` and returns the result with rows and columns exchanged.
Plane scaled_and_transposed(const Plane& from, std::size_t width) {
  const Weights axis =
      from.width < width ? enlarging(from.width, width) : shrinking(from.width, width);
  Plane out(from.height, width);
  for (std::size_t y = 0; y < from.height; ++y) {
    for (std::size_t x = 0; x < width; ++x) {
      const float* source = &from.values[(y * from.width + axis.first[x]) * channel_count];
      const float* weight = &axis.weights[x * axis.taps];
      float* const target = &out.values[(x * out.width + y) * channel_count];
      for (std::size_t n = 0; n < axis.taps * channel_count; ++n) {
        target[n % channel_count] += source[n] * weight[n / channel_count];
      }
    }
  }
  return out;
}

Plane plane_of(const Bitmap& from) {
  Plane out(static_cast<std::size_t>(from.size.width), static_cast<std::size_t>(from.size.height));
  for (std::size_t at = 0; at < out.values.size(); ++at) {
    const bool is_weighted = from.channels == Channels::rgba && at % channel_count != opacity;
    const float weight =
        is_weighted ? static_cast<float>(from.pixels[at | opacity]) / 255.0F : 1.0F;
    out.values[at] = static_cast<float>(from.pixels[at]) * weight;
  }
  return out;
}

Bitmap bitmap_of(const Plane& plane, Channels channels) {
  Bitmap out{.size = {static_cast<int>(plane.width), static_cast<int>(plane.height)},
             .channels = channels,
             .pixels = std::vector<std::uint8_t>(plane.values.size())};
  for (std::size_t at = 0; at < plane.values.size(); ++at) {
    const bool is_weighted = channels == Channels::rgba && at % channel_count != opacity;
    const float weight = is_weighted ? plane.values[at | opacity] / 255.0F : 1.0F;
    const float value = weight > 0 ? plane.values[at] / weight : 0.0F;
    out.pixels[at] = static_cast<std::uint8_t>(std::lround(std::clamp(value, 0.0F, 255.0F)));
  }
  return out;
}

}  // namespace

Bitmap resize(const Bitmap& from, Size size) {
  const Plane across = scaled_and_transposed(plane_of(from), static_cast<std::size_t>(size.width));
  return bitmap_of(scaled_and_transposed(across, static_cast<std::size_t>(size.height)),
                   from.channels);
}

}  // namespace kith::image
