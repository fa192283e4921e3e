#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "http/request.hpp"

namespace kith::http {

/// The networks whose word is taken for who a client is: the setting KITH_TRUSTED_PROXIES, CIDRs
/// (RFC 4632) separated by commas.
class TrustedProxies {
 public:
  std::string text;

  static std::expected<TrustedProxies, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  bool empty() const { return networks_.empty(); }

  /// Who made `request`, which came from `peer`: the right-most hop of `X-Forwarded-For` or
  /// `Forwarded` (RFC 7239) that is no trusted proxy; `peer` itself when it is none. What stands
  /// further left was written by whoever pleased.
  std::string client_of(std::string_view peer, const Request& request) const;

 private:
  struct Network {
    boost::asio::ip::address address;
    int bits = 0;
  };

  bool trusts(std::string_view address) const;

  std::vector<Network> networks_;
};

}  // namespace kith::http
