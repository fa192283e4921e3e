#pragma once

#include <expected>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

namespace kith::app {

/// An IP address and a port: `127.0.0.1:8080`, `[::1]:8080`; port 0 picks any free port.
struct ListenAddress {
  std::string text = "127.0.0.1:8080";

  static std::expected<ListenAddress, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  boost::asio::ip::tcp::endpoint endpoint() const;
};

}  // namespace kith::app
