#include "app/listen_address.hpp"

#include <optional>

#include <boost/asio/ip/address.hpp>

#include "base/digits.hpp"

namespace kith::app {

namespace {

std::optional<boost::asio::ip::tcp::endpoint> endpoint_of(std::string_view text) {
  constexpr int port_max = 65535;
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.starts_with('[') && host.ends_with(']');
  if (bracketed) host = host.substr(1, host.size() - 2);
  const auto port = read_digits(text.substr(colon + 1));
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(host), error);
  if (error || !port || *port > port_max || address.is_v6() != bracketed) return std::nullopt;
  return boost::asio::ip::tcp::endpoint(address, static_cast<unsigned short>(*port));
}

}  // namespace

std::expected<ListenAddress, std::string_view> ListenAddress::parse(std::string_view text) {
  if (!endpoint_of(text)) {
    return std::unexpected("must be an IP address and a port, such as 0.0.0.0:8080 or [::]:8080");
  }
  return ListenAddress{std::string(text)};
}

boost::asio::ip::tcp::endpoint ListenAddress::endpoint() const {
  return endpoint_of(text).value_or(boost::asio::ip::tcp::endpoint());
}

}  // namespace kith::app
