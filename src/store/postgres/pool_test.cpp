#include "store/postgres/pool.hpp"

#include <future>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

namespace kith::store::postgres {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

/// A server that accepts connections and never answers.
class SilentServer : public testing::Test {
 protected:
  static constexpr auto connect_timeout = 2s;  // libpq's minimum

  Url url() const {
    return Url::parse(
               "postgres://kith@127.0.0.1:" + std::to_string(listener_.local_endpoint().port()) +
               "/kith?connect_timeout=" + std::to_string(connect_timeout.count()))
        .value();
  }

  asio::io_context loop_;
  asio::ip::tcp::acceptor listener_{loop_, {asio::ip::address_v4::loopback(), 0}};
  SteadyClock::time_point begin_ = SteadyClock::now();
};

TEST_F(SilentServer, RequestsAreRefusedAtTheirDeadline) {
  Connector connector(url());
  const auto pool = std::make_shared<Pool>(loop_.get_executor(), connector,
                                           PoolOptions{ConnectionKind::write, 1, 1, 10});
  std::vector<std::pair<Failure::Kind, SteadyClock::duration>> refused;
  // The second began earlier, and waited elsewhere first.
  for (const auto deadline : {500ms, 200ms, 900ms}) {
    pool->run({{}, begin_ + deadline, [&](std::exception_ptr, Outcome outcome) {
                 refused.emplace_back(outcome.error().kind, SteadyClock::now() - begin_);
               }});
  }
  loop_.run();
  ASSERT_EQ(refused.size(), 3U);
  for (std::size_t i = 0; const auto deadline : {200ms, 500ms, 900ms}) {
    EXPECT_EQ(refused[i].first, Failure::Kind::late);
    EXPECT_GE(refused[i].second, deadline);
    EXPECT_LT(refused[i++].second, deadline + 250ms);
  }
}

TEST_F(SilentServer, DelaysNoOtherConnection) {
  Connector connector(url());
  std::vector<std::promise<std::string>> told(4);
  for (auto& each : told) {
    connector.request(ConnectionKind::point, [&each](const Connector::Attempt& attempt) {
      each.set_value(attempt.why);
      return false;
    });
  }
  for (auto& each : told) EXPECT_FALSE(each.get_future().get().empty());
  EXPECT_LT(SteadyClock::now() - begin_, 2 * connect_timeout);
}

TEST_F(SilentServer, DoesNotDelayTheShutdown) {
  {
    Connector connector(url());
    connector.request(ConnectionKind::point, [](const Connector::Attempt&) { return true; });
    std::this_thread::sleep_for(100ms);
  }
  EXPECT_LT(SteadyClock::now() - begin_, connect_timeout / 2);
}

}  // namespace
}  // namespace kith::store::postgres
