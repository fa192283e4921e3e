#include "http/stats.hpp"

#include <algorithm>

namespace kith::http {

void RouteStats::add(int status, double ms) {
  const auto us = static_cast<std::uint64_t>(std::max(ms, 0.0) * 1000);
  const auto bucket = std::ranges::lower_bound(bounds_us, us) - bounds_us.begin();
  by_class[static_cast<std::size_t>(status / 100)].add(1);
  by_duration[static_cast<std::size_t>(bucket)].add(1);
  total_us.add(us);
}

}  // namespace kith::http
