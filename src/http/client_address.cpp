#include "http/client_address.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/digits.hpp"
#include "base/limits.hpp"
#include "http/token.hpp"

namespace kith::http {

namespace ip = boost::asio::ip;

namespace {

/// Returns the IPv4 address of an IPv4-mapped IPv6 address, or `address` itself.
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

/// Returns the 4 or 16 bytes of an address, padded with zeros.
ip::address_v6::bytes_type bytes_of(const ip::address& address) {
  if (address.is_v6()) return address.to_v6().to_bytes();
  ip::address_v6::bytes_type bytes{};
  std::ranges::copy(address.to_v4().to_bytes(), bytes.begin());
  return bytes;
}

bool has_prefix(const ip::address& address, const ip::address& network, int bits) {
  if (address.is_v4() != network.is_v4()) return false;
  const auto a = bytes_of(address);
  const auto b = bytes_of(network);
  for (std::size_t i = 0; bits > 0; ++i, bits -= 8) {
    const auto mask = static_cast<std::uint8_t>(bits >= 8 ? 0xFF : 0xFF << (8 - bits));
    if ((a[i] & mask) != (b[i] & mask)) return false;
  }
  return true;
}

std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  return quoted ? text.substr(1, text.size() - 2) : text;
}

/// Returns whether `text` is a port or an obfuscated port (RFC 7239, section 6.2).
bool is_port(std::string_view text) {
  if (text.starts_with('_')) return text.size() > 1;
  constexpr std::size_t digits_max = 5;
  return !text.empty() && text.size() <= digits_max &&
         text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// Parses an address as proxies write it, with or without quotes, brackets and a port. Nothing for
/// `unknown`, obfuscated identifiers (RFC 7239, section 6.3) and invalid text.
std::optional<ip::address> parse_hop(std::string_view hop) {
  hop = trim(unquoted(hop));
  if (hop.contains('%')) return std::nullopt;  // zone ids are only valid on their own host
  if (hop.starts_with('[')) {
    const auto end = hop.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view rest = hop.substr(end + 1);
    if (!rest.empty() && !(rest.front() == ':' && is_port(rest.substr(1)))) return std::nullopt;
    const auto address = parse_address(hop.substr(1, end - 1));
    return hop.substr(0, end).contains(':') ? address : std::nullopt;
  }
  const auto colon = hop.find(':');
  const bool has_port = colon != std::string_view::npos && hop.rfind(':') == colon;
  if (has_port && !is_port(hop.substr(colon + 1))) return std::nullopt;
  return parse_address(has_port ? hop.substr(0, colon) : hop);
}

/// Returns whether the quote at `at` is escaped within a quoted string (RFC 9110, section 5.6.4).
bool is_escaped(std::string_view text, std::size_t at) {
  std::size_t slashes = 0;
  while (slashes < at && text[at - slashes - 1] == '\\') ++slashes;
  return slashes % 2 == 1;
}

/// Removes and returns the last element of a comma-separated list, or nothing when a quoted string
/// in it has no beginning. Reads from the right, so that a quote left open by a client cannot hide
/// elements that a proxy appended.
std::optional<std::string_view> take_last(std::string_view& list) {
  bool quoted = false;
  for (std::size_t at = list.size(); at > 0; --at) {
    const char c = list[at - 1];
    if (c == '"' && !is_escaped(list, at - 1)) quoted = !quoted;
    if (c != ',' || quoted) continue;
    const std::string_view element = trim(list.substr(at));
    list = list.substr(0, at - 1);
    return element;
  }
  if (quoted) return std::nullopt;
  return trim(std::exchange(list, {}));
}

/// Removes and returns the first parameter of an element of `Forwarded`. REQUIRES: the quotes are
/// balanced.
std::string_view take_parameter(std::string_view& element) {
  bool quoted = false;
  for (std::size_t at = 0; at < element.size(); ++at) {
    if (element[at] == '"' && !is_escaped(element, at)) quoted = !quoted;
    if (element[at] != ';' || quoted) continue;
    const std::string_view parameter = element.substr(0, at);
    element.remove_prefix(at + 1);
    return trim(parameter);
  }
  return trim(std::exchange(element, {}));
}

/// Returns the value of `for=` in an element of `Forwarded`; nothing when there is not exactly one
/// (RFC 7239, section 4).
std::optional<std::string_view> forwarded_for(std::string_view element) {
  std::optional<std::string_view> value;
  while (!element.empty()) {
    const std::string_view parameter = take_parameter(element);
    if (!equal_ignoring_case(parameter.substr(0, 4), "for=")) continue;
    if (value) return std::nullopt;
    value = parameter.substr(4);
  }
  return value;
}

/// The hops in a header, nearest first.
class Hops {
 public:
  Hops(const Request& request, const ClientAddressHeader& header)
      : header_(header), next_(request.headers.rbegin()), end_(request.headers.rend()) {}

  /// Moves to the next hop; false at the end. Empty elements are skipped (RFC 9110, section 5.6.1).
  bool advance() {
    while (strip_empty(), line_.empty()) {
      if (next_ == end_) return false;
      if (equal_ignoring_case(next_->name, header_.text)) line_ = next_->value;
      ++next_;
    }
    return true;
  }

  /// Returns the address of the hop, or nothing if it has none. REQUIRES: `advance` was true.
  std::optional<ip::address> take() {
    auto element = take_last(line_);
    if (element && header_.is_forwarded()) element = forwarded_for(*element);
    return element ? parse_hop(*element) : std::nullopt;
  }

 private:
  void strip_empty() {
    while (!line_.empty() && std::string_view(" \t,").contains(line_.back())) {
      line_.remove_suffix(1);
    }
  }

  const ClientAddressHeader& header_;
  std::vector<Header>::const_reverse_iterator next_;
  std::vector<Header>::const_reverse_iterator end_;
  std::string_view line_;  // rest of the current line; points into the request
};

}  // namespace

std::expected<ClientAddressHeader, std::string_view> ClientAddressHeader::parse(
    std::string_view text) {
  const bool is_name = !text.empty() && text.size() <= limits::header_name_bytes_max &&
                       std::ranges::all_of(text, is_token_char);
  if (!is_name) return std::unexpected("must be the name of a header, such as X-Forwarded-For");
  ClientAddressHeader header;
  header.text = text;
  return header;
}

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

bool TrustedProxies::trusts(const ip::address& address) const {
  const ip::address client = plain(address);
  return std::ranges::any_of(networks_, [&](const Network& network) {
    return has_prefix(client, network.address, network.bits);
  });
}

std::string TrustedProxies::client_of(std::string_view peer, const Request& request,
                                      const ClientAddressHeader& header) const {
  auto client = parse_address(peer);
  if (!client || !trusts(*client)) return std::string(peer);
  Hops hops(request, header);
  for (std::size_t i = 0; i < limits::forwarded_hops_max && hops.advance(); ++i) {
    const auto hop = hops.take();
    if (!hop) break;  // the last known proxy
    client = hop;
    if (!trusts(*hop)) break;
  }
  return client->to_string();
}

}  // namespace kith::http
