#include "store/postgres/pipeline.hpp"

#include <array>
#include <chrono>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "store/rows.hpp"
#include "testing/fresh_database.hpp"

/// A dying connection must not affect the descriptors of others.
namespace kith::store::postgres {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::DatabaseKind;
using Descriptor = asio::posix::stream_descriptor;

/// A socket pair with one end watched by the loop: the end with the descriptor number `wanted`, if
/// that is free.
struct OtherSocket {
  std::optional<Descriptor> watched;
  int other = -1;
  bool heard = false;

  OtherSocket(asio::io_context& loop, int wanted) {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    if (ends[1] == wanted) std::swap(ends[0], ends[1]);
    watched.emplace(loop, ends[0]);
    other = ends[1];
    watched->async_wait(Descriptor::wait_read,
                        [this](boost::system::error_code error) { heard = !error; });
  }
  OtherSocket(const OtherSocket&) = delete;
  OtherSocket& operator=(const OtherSocket&) = delete;
  ~OtherSocket() { ::close(other); }

  int number() { return watched->native_handle(); }
  void speak() const { EXPECT_EQ(::send(other, "x", 1, 0), 1); }
};

class PostgresPipeline : public testing::TestWithParam<test::DatabaseKind> {
 protected:
  PostgresPipeline() {
    fresh_.migrated();
    Handle connection = fresh_.session(ConnectionKind::write);
    prepare_all(connection.get());
    catalogue_.emplace(connection.get());
    socket_ = PQsocket(connection.get());
    pipeline_ = std::make_shared<Pipeline>(loop_.get_executor(), std::move(connection),
                                           ConnectionKind::write);
  }

  void run_for(std::chrono::milliseconds time) {
    loop_.restart();
    loop_.run_for(time);
  }

  const test::FreshDatabase fresh_{GetParam()};
  asio::io_context loop_{1};
  std::optional<Catalogue> catalogue_;
  std::shared_ptr<Pipeline> pipeline_;
  int socket_ = -1;
};

const Query send_much("test.pipeline_text",
                      "select version from schema_migrations where name = $1");

TEST_P(PostgresPipeline, ADeadConnectionDoesNotTouchANewSocketWithItsNumber) {
  ::shutdown(socket_, SHUT_RDWR);  // simulates a lost network
  // The text exceeds libpq's send buffer, so that libpq detects the failure while it sends, and
  // closes its socket.
  const std::string text(1 << 20, 'x');
  const Values much = values(text);
  const std::vector<Step> steps(4, Step{&catalogue_->of(send_much), &much});
  std::optional<Outcome> outcome;
  Request request{.steps = steps,
                  .deadline = std::chrono::steady_clock::time_point::max(),
                  .done = [&](std::exception_ptr, Outcome made) { outcome = std::move(made); }};
  ASSERT_FALSE(pipeline_->send(request));
  ASSERT_EQ(::fcntl(socket_, F_GETFD), -1) << "libpq has closed it";
  std::vector<std::unique_ptr<OtherSocket>> others;
  do {
    others.push_back(std::make_unique<OtherSocket>(loop_, socket_));
  } while (others.back()->number() < socket_);
  OtherSocket* const heir = others.back().get();
  ASSERT_EQ(heir->number(), socket_);
  run_for(50ms);  // the pipeline detects the failure
  heir->speak();
  run_for(200ms);
  EXPECT_TRUE(heir->heard) << "it was removed from epoll";
}

std::ptrdiff_t count_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

TEST_P(PostgresPipeline, ClosesItsDescriptorAndLibpqs) {
  const auto before = count_descriptors();
  pipeline_.reset();
  EXPECT_EQ(count_descriptors(), before - 2);
}

std::vector<test::DatabaseKind> servers() {
  if (test::test_server().empty()) return {};
  return {test::DatabaseKind::postgres};
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PostgresPipeline);
INSTANTIATE_TEST_SUITE_P(Databases, PostgresPipeline, testing::ValuesIn(servers()),
                         test::kind_name);

}  // namespace
}  // namespace kith::store::postgres
