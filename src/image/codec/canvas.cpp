#include "image/codec/canvas.hpp"

#include <algorithm>

namespace kith::image {

namespace {

/// Sums cannot overflow: boxes have at most (65,535 / 256)^2 pixels if results have at least 256
/// along an edge, and a weighted channel is at most 255 * 255.
template <Channels channels, typename Sums>
void add(Sums& sums, const std::uint8_t* pixel) {
  const std::uint32_t weight = channels == Channels::rgba ? pixel[opacity] : 1;
  for (std::size_t channel = 0; channel < opacity; ++channel) {
    sums[channel] += pixel[channel] * weight;
  }
  sums[opacity] += pixel[opacity];
}

template <typename Sums>
void write_mean(const Sums& sums, std::uint32_t count, bool is_weighted, std::uint8_t* pixel) {
  const std::uint32_t weights = is_weighted ? sums[opacity] : count;
  const auto mean = [](std::uint32_t sum, std::uint32_t weight) {
    return static_cast<std::uint8_t>((sum + weight / 2) / weight);
  };
  for (std::size_t channel = 0; weights > 0 && channel < opacity; ++channel) {
    pixel[channel] = mean(sums[channel], weights);
  }
  pixel[opacity] = mean(sums[opacity], count);
}

}  // namespace

Canvas::Axis::Axis(int source, int part, int reduction)
    : factor(std::min(reduction, part)), boxes(part / factor) {
  begin = (source - boxes * factor) / 2;
}

int Canvas::Axis::box_of(int at) const {
  const int inside = at - begin;
  return inside < 0 || inside >= boxes * factor ? -1 : inside / factor;
}

Canvas::Canvas(Size source, const Wanted& wanted, Channels channels)
    : channels_(channels),
      across_(source.width, wanted.part == Part::whole ? source.width : source.shorter_edge(),
              wanted.reduction_of(source)),
      down_(source.height, wanted.part == Part::whole ? source.height : source.shorter_edge(),
            wanted.reduction_of(source)),
      columns_(static_cast<std::size_t>(source.width)),
      sums_(static_cast<std::size_t>(across_.boxes) * static_cast<std::size_t>(down_.boxes)) {
  for (int x = 0; x < source.width; ++x) {
    columns_[static_cast<std::size_t>(x)] = across_.box_of(x);
  }
}

void Canvas::draw(const Run& run) noexcept {
  const int box = down_.box_of(run.y);
  if (box < 0) return;
  Sums* const row = &sums_[static_cast<std::size_t>(box) * static_cast<std::size_t>(across_.boxes)];
  const auto draw_as = [&]<Channels channels> {
    const std::uint8_t* pixel = run.pixels;
    const int width = static_cast<int>(columns_.size());
    for (int n = 0, x = run.x; n < run.count && x < width; ++n, x += run.step) {
      const int column = columns_[static_cast<std::size_t>(x)];
      if (column >= 0) add<channels>(row[column], pixel);
      pixel += Bitmap::pixel_bytes;
    }
  };
  if (channels_ == Channels::rgba) {
    draw_as.template operator()<Channels::rgba>();
  } else {
    draw_as.template operator()<Channels::cmyk>();
  }
}

Bitmap Canvas::bitmap() const {
  Bitmap out{.size = {across_.boxes, down_.boxes}, .channels = channels_, .pixels = {}};
  out.pixels.resize(sums_.size() * Bitmap::pixel_bytes);
  const auto count = static_cast<std::uint32_t>(across_.factor * down_.factor);
  std::uint8_t* pixel = out.pixels.data();
  for (const Sums& sums : sums_) {
    write_mean(sums, count, channels_ == Channels::rgba, pixel);
    pixel += Bitmap::pixel_bytes;
  }
  return out;
}

}  // namespace kith::image
