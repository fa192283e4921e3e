#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "http/request.hpp"

namespace kith::http {

/// The one header that trusted proxies send the client's address in: the setting
/// KITH_CLIENT_ADDRESS_HEADER. `Forwarded` is read as RFC 7239 has it, any other header as a list
/// of addresses separated by commas, the nearest hop last.
class ClientAddressHeader {
 public:
  std::string text = "X-Forwarded-For";

  /// Any header name (RFC 9110, section 5.1) of up to `limits::header_name_bytes_max` bytes.
  static std::expected<ClientAddressHeader, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  /// Whether its elements are parameter lists: `for=192.0.2.1;proto=https`.
  bool is_forwarded() const { return equal_ignoring_case(text, "Forwarded"); }
};

/// The networks of the reverse proxies that are trusted to tell the client's address: the setting
/// KITH_TRUSTED_PROXIES, CIDRs (RFC 4632) separated by commas.
class TrustedProxies {
 public:
  std::string text;

  static std::expected<TrustedProxies, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  bool empty() const { return networks_.empty(); }

  /// Whether `address` is in one of the networks.
  bool trusts(const boost::asio::ip::address& address) const;

  /// The address of the client that sent `request`, which came from `peer`: the right-most hop in
  /// `header` that is not a trusted proxy, or `peer` when it is not one. All lines of the header
  /// are one list (RFC 9110, section 5.3). Hops further left may be forged and are not read. A hop
  /// without a valid address ends the search at the proxy that added it. Takes linear time, and
  /// reads at most `limits::forwarded_hops_max` hops.
  std::string client_of(std::string_view peer, const Request& request,
                        const ClientAddressHeader& header) const;

 private:
  struct Network {
    boost::asio::ip::address address;
    int bits = 0;
  };

  std::vector<Network> networks_;
};

}  // namespace kith::http
