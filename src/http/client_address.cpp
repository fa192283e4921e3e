#include "http/client_address.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/digits.hpp"

namespace kith::http {

namespace ip = boost::asio::ip;

namespace {

/// IPv4 in IPv6's clothes counts as what it is.
ip::address plain(const ip::address& address) {
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    return ip::make_address_v4(ip::v4_mapped, address.to_v6());
  }
  return address;
}

std::optional<ip::address> parse_address(std::string_view text) {
  boost::system::error_code error;
  const auto address = ip::make_address(std::string(text), error);
  if (error) return std::nullopt;
  return plain(address);
}

std::vector<std::uint8_t> octets_of(const ip::address& address) {
  if (address.is_v4()) {
    const auto octets = address.to_v4().to_bytes();
    return {octets.begin(), octets.end()};
  }
  const auto octets = address.to_v6().to_bytes();
  return {octets.begin(), octets.end()};
}

bool has_prefix(const ip::address& address, const ip::address& network, int bits) {
  if (address.is_v4() != network.is_v4()) return false;
  const auto a = octets_of(address);
  const auto b = octets_of(network);
  for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
    const auto mask = static_cast<std::uint8_t>(bits >= 8 ? 0xFF : 0xFF << (8 - bits));
    if ((a[i] & mask) != (b[i] & mask)) return false;
  }
  return true;
}

/// An address as a proxy writes it: perhaps in quotes, in brackets, with a port.
std::string_view without_port(std::string_view hop) {
  if (hop.size() >= 2 && hop.front() == '"' && hop.back() == '"')
    hop = hop.substr(1, hop.size() - 2);
  if (hop.starts_with('[')) return hop.substr(1, hop.find(']') - 1);
  const auto colon = hop.find(':');
  const bool has_port = colon != std::string_view::npos && hop.rfind(':') == colon;
  return has_port ? hop.substr(0, colon) : hop;
}

/// The value of `for=` in an element of `Forwarded`.
std::string_view forwarded_for(std::string_view element) {
  while (!element.empty()) {
    const auto end = element.find(';');
    const std::string_view pair = trim(element.substr(0, end));
    if (equal_ignoring_case(pair.substr(0, 4), "for=")) return pair.substr(4);
    element.remove_prefix(end == std::string_view::npos ? element.size() : end + 1);
  }
  return {};
}

/// The hops of one header line, nearest to us last.
void append_hops(std::vector<std::string_view>& hops, std::string_view line, bool forwarded) {
  for (;;) {
    const auto comma = line.find(',');
    const std::string_view element = trim(line.substr(0, comma));
    hops.push_back(without_port(forwarded ? forwarded_for(element) : element));
    if (comma == std::string_view::npos) return;
    line.remove_prefix(comma + 1);
  }
}

}  // namespace

std::expected<TrustedProxies, std::string_view> TrustedProxies::parse(std::string_view text) {
  constexpr std::string_view wrong = "must be networks such as 127.0.0.1,10.0.0.0/8,fd00::/8";
  TrustedProxies proxies;
  proxies.text = text;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const std::string_view network = trim(text.substr(0, comma));
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
    const auto slash = network.find('/');
    const auto address = parse_address(network.substr(0, slash));
    if (!address) return std::unexpected(wrong);
    const int bits_max = address->is_v4() ? 32 : 128;
    const auto bits = slash == std::string_view::npos ? std::optional(bits_max)
                                                      : read_digits(network.substr(slash + 1));
    if (!bits || *bits > bits_max) return std::unexpected(wrong);
    proxies.networks_.push_back({*address, *bits});
  }
  return proxies;
}

bool TrustedProxies::trusts(std::string_view address) const {
  const auto parsed = parse_address(address);
  return parsed && std::ranges::any_of(networks_, [&](const Network& network) {
           return has_prefix(*parsed, network.address, network.bits);
         });
}

std::string TrustedProxies::client_of(std::string_view peer, const Request& request) const {
  std::string client(peer);
  if (!trusts(peer)) return client;
  std::vector<std::string_view> hops;
  for (const Header& header : request.headers) {
    const bool forwarded = equal_ignoring_case(header.name, "Forwarded");
    if (forwarded || equal_ignoring_case(header.name, "X-Forwarded-For")) {
      append_hops(hops, header.value, forwarded);
    }
  }
  for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) {
    const auto address = parse_address(*hop);
    if (!address) return client;  // `unknown`, or nonsense: the last proxy that we know
    client = address->to_string();
    if (!trusts(client)) return client;
  }
  return client;
}

}  // namespace kith::http
