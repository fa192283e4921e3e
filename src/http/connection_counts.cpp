#include "http/connection_counts.hpp"

#include <spdlog/spdlog.h>

#include "base/limits.hpp"

namespace kith::http {

namespace ip = boost::asio::ip;

namespace {

/// Returns the unit that `address` counts for: an IPv4 address, or the /64 network of an IPv6
/// address.
std::uint64_t network_of(const ip::address& address) {
  constexpr std::uint64_t ipv4 = 0xFFFF'0000'0000;  // not an assigned IPv6 network
  if (address.is_v4()) return ipv4 | address.to_v4().to_uint();
  const ip::address_v6 v6 = address.to_v6();
  if (v6.is_v4_mapped()) return ipv4 | ip::make_address_v4(ip::v4_mapped, v6).to_uint();
  const auto bytes = v6.to_bytes();
  constexpr std::size_t network_bytes = 8;
  std::uint64_t network = 0;
  for (std::size_t i = 0; i < network_bytes; ++i) network = network << 8U | bytes[i];
  return network;
}

}  // namespace

std::optional<ConnectionCounts::Place> ConnectionCounts::take(const ip::address& client) {
  const std::uint64_t network = network_of(client);
  const bool is_limited = per_address_max_ > 0 && !proxies_.trusts(client);
  const std::lock_guard lock(mutex_);
  if (open_ >= limits::connections_max) {
    refused_in_all_.fetch_add(1, std::memory_order_relaxed);
    if (is_note_due()) spdlog::warn("connections: refused open={}", open());
    return std::nullopt;
  }
  auto& count = by_network_[network];
  if (is_limited && count >= per_address_max_) {
    refused_by_address_.fetch_add(1, std::memory_order_relaxed);
    if (is_note_due()) {
      spdlog::warn("connections: refused address={} open={}", client.to_string(), count);
    }
    return std::nullopt;
  }
  ++count;
  open_.fetch_add(1, std::memory_order_relaxed);
  return Place(*this, network);
}

void ConnectionCounts::give_back(std::uint64_t network) {
  const std::lock_guard lock(mutex_);
  open_.fetch_sub(1, std::memory_order_relaxed);
  const auto found = by_network_.find(network);
  if (--found->second == 0) by_network_.erase(found);
}

/// Returns whether a refusal may be logged now: log lines are rate-limited. REQUIRES: the mutex is
/// held.
bool ConnectionCounts::is_note_due() {
  const auto now = Clock::now();
  if (noted_at_ && now - *noted_at_ < limits::connections_note_interval) return false;
  noted_at_ = now;
  return true;
}

}  // namespace kith::http
