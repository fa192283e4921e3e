#include "app/healthcheck.hpp"

#include <exception>
#include <string>

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fmt/core.h>

namespace kith::app {

namespace {

using Tcp = boost::asio::ip::tcp;

/// A server that listens on every address is asked on the loopback one.
Tcp::endpoint target_of(const Settings& settings) {
  Tcp::endpoint target = settings.listen.endpoint();
  if (target.address().is_unspecified()) {
    target.address(target.address().is_v6()
                       ? boost::asio::ip::address(boost::asio::ip::address_v6::loopback())
                       : boost::asio::ip::address(boost::asio::ip::address_v4::loopback()));
  }
  return target;
}

}  // namespace

int check_health(const Settings& settings) {
  try {
    Tcp::iostream stream;
    stream.expires_after(std::chrono::seconds(5));
    stream.connect(target_of(settings));
    stream << "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" << std::flush;
    std::string version;
    int status = 0;
    stream >> version >> status;
    fmt::print("{}\n", status == 200 ? "ready" : "not ready");
    return status == 200 ? 0 : 1;
  } catch (const std::exception& failed) {
    fmt::print(stderr, "not ready: {}\n", failed.what());
    return 1;
  }
}

}  // namespace kith::app
