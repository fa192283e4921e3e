#pragma once

#include <chrono>
#include <cstddef>

/// Limits of the photos of contacts. Those of all pictures are in base/limits.hpp.
namespace kith::image {

/// The photo of a card: some clients stop at cards with large photos.
inline constexpr int photo_edge_pixels_max = 720;
inline constexpr std::size_t photo_bytes_max = 250 * 1024;

/// The edge of the smaller thumbnail; the larger one is an avatar.
inline constexpr int thumbnail_edge_pixels = 96;

/// Thumbnails that wait for a thread.
inline constexpr std::size_t thumbnail_queue_max = 64;

/// Thumbnails that a loop makes at once, each with its card in memory; requests that wait for one
/// of these turns, and for how long.
inline constexpr std::size_t thumbnails_made_max = 4;
inline constexpr std::size_t thumbnails_waiting_max = 256;
inline constexpr auto thumbnail_wait = std::chrono::seconds(10);

/// The time within which the job has looked at each thumbnail.
inline constexpr auto thumbnail_sweep_time = std::chrono::hours(24);

}  // namespace kith::image
