#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "http/request.hpp"

namespace kith::http {

/// The header in which trusted proxies send the client's address: the setting
/// KITH_CLIENT_ADDRESS_HEADER. `Forwarded` is parsed as in RFC 7239, any other header as a
/// comma-separated list of addresses, the nearest hop last.
class ClientAddressHeader {
 public:
  std::string text = "X-Forwarded-For";

  /// Parses a header name (RFC 9110, section 5.1) of up to `limits::header_name_bytes_max` bytes.
  static std::expected<ClientAddressHeader, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  /// Returns whether the elements are parameter lists: `for=192.0.2.1;proto=https`.
  bool is_forwarded() const { return equal_ignoring_case(text, "Forwarded"); }
};

/// The networks of the reverse proxies that are trusted to report the client's address: the setting
/// KITH_TRUSTED_PROXIES, a comma-separated list of CIDRs (RFC 4632).
class TrustedProxies {
 public:
  std::string text;

  static std::expected<TrustedProxies, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  bool empty() const { return networks_.empty(); }

  /// Returns whether `address` is in one of the networks.
  bool trusts(const boost::asio::ip::address& address) const;

  /// Returns the address of the client that sent `request` through `peer`: the right-most hop in
  /// `header` that is not a trusted proxy, or `peer` if `peer` is not a trusted proxy. All lines of
  /// the header are one list (RFC 9110, section 5.3). Hops further left may be forged and are not
  /// read. A hop without a valid address ends the search at the proxy that added it. Takes linear
  /// time, and reads at most `limits::forwarded_hops_max` hops.
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
