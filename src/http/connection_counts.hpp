#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include <boost/asio/ip/address.hpp>

#include "http/client_address.hpp"

namespace kith::http {

/// Counts and limits the open connections of the process, in total (`limits::connections_max`) and
/// per client address. Thread-safe.
class ConnectionCounts {
 public:
  /// The slot of one open connection; released by the destructor.
  class Place {
   public:
    Place(Place&& other) noexcept
        : counts_(std::exchange(other.counts_, nullptr)), network_(other.network_) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (counts_) counts_->give_back(network_);
    }

   private:
    friend class ConnectionCounts;
    Place(ConnectionCounts& counts, std::uint64_t network) : counts_(&counts), network_(network) {}

    ConnectionCounts* counts_;
    std::uint64_t network_;
  };

  /// Limits connections to `per_address_max` per address (0: unlimited); `proxies` are exempt.
  /// REQUIRES: `proxies` outlives this.
  ConnectionCounts(int per_address_max, const TrustedProxies& proxies)
      : per_address_max_(static_cast<std::uint32_t>(per_address_max)), proxies_(proxies) {}

  /// Returns a slot for a connection from `client`, or nothing if it must be refused.
  std::optional<Place> take(const boost::asio::ip::address& client);

  /// Returns the number of open connections.
  std::uint64_t open() const { return open_.load(std::memory_order_relaxed); }

  /// Return the number of connections refused because of the total or the per-address limit.
  std::uint64_t refused_in_all() const { return refused_in_all_.load(std::memory_order_relaxed); }
  std::uint64_t refused_by_address() const {
    return refused_by_address_.load(std::memory_order_relaxed);
  }

 private:
  using Clock = std::chrono::steady_clock;

  void give_back(std::uint64_t network);
  bool is_note_due();

  const std::uint32_t per_address_max_;
  const TrustedProxies& proxies_;
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::uint32_t> by_network_;
  std::optional<Clock::time_point> noted_at_;
  std::atomic<std::uint64_t> open_ = 0;
  std::atomic<std::uint64_t> refused_in_all_ = 0;
  std::atomic<std::uint64_t> refused_by_address_ = 0;
};

}  // namespace kith::http
