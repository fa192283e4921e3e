#include "http/session.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include "testing/memory_stream.hpp"

namespace kith::http {

namespace {

using test::MemoryStream;
using test::Wire;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
namespace asio = boost::asio;

class NoAccounts : public Authenticator {
 public:
  Task<Result<Principal>> authenticate(const Request&) override {
    co_return refuse(Errc::unauthenticated, "None.");
  }
  Result<Principal> authenticate_link(const Request&) override {
    return refuse(Errc::unauthenticated, "None.");
  }
};

class NoKeys : public IdempotencyStore {
 public:
  Task<Result<std::variant<KeyedRequest, KeptAnswer>>> claim(AccountId, std::string_view,
                                                             const Request&) override {
    co_return KeyedRequest{};
  }
  Task<void> keep(const KeyedRequest&, const KeptAnswer&) override { co_return; }
  Task<void> reopen(const KeyedRequest&, std::string_view) override { co_return; }
  Task<void> release(const KeyedRequest&) override { co_return; }
};

/// What the handler answers with, piece by piece, and what became of it.
struct Script {
  /// `!` instead of a piece: an error; `?`: an exception.
  std::vector<std::string> pieces;
  std::size_t asked = 0;
  std::weak_ptr<int> held;  ///< what the pieces are made from
};

Task<std::optional<Error>> play(void* service, Exchange& exchange) {
  Script& script = *static_cast<Script*>(service);
  const auto source = std::make_shared<int>();
  script.held = source;
  exchange.response.content_type = "text/plain";
  exchange.response.next_piece = [&script, source](std::string& piece) -> Task<Result<bool>> {
    const std::string& next = script.pieces.at(script.asked++);
    if (next == "!") co_return refuse(Errc::unavailable, "No more.");
    if (next == "?") throw std::runtime_error("broken");
    piece += next;
    co_return script.asked < script.pieces.size();
  };
  co_return std::nullopt;
}

/// A session whose client sends `sent` and reads as `wire_` says.
class SessionTest : public testing::Test {
 protected:
  static constexpr std::string_view request = "GET /p HTTP/1.1\r\nHost: a\r\n\r\n";

  Script script_;
  Router router_{{{.verb = Verb::get,
                   .path = "/p",
                   .endpoint = {.service = &script_, .invoke = &play},
                   .access = Access::anyone,
                   .id = "p"}}};
  NoAccounts authenticator_;
  NoKeys repeats_;
  int null_ = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  AccessLog log_{null_, LogFormat::text};
  RateCounters counters_{RateLimits::parse("off").value()};
  TrustedProxies proxies_;
  ClientAddressHeader client_header_;
  CorsOrigins origins_;
  Gates gates_{{.router = router_,
                .authenticator = authenticator_,
                .repeats = repeats_,
                .log = log_,
                .counters = counters_,
                .proxies = proxies_,
                .client_header = client_header_,
                .origins = origins_,
                .policy = RolePolicy::owner}};
  Deadlines deadlines_;
  const std::atomic<bool> no_ = false;
  const std::string date_ = "Tue, 24 Nov 2026 10:00:00 GMT";
  Wire wire_{.unread = {}};
  asio::io_context loop_;
  std::unique_ptr<Session<MemoryStream>> session_;

  ~SessionTest() override { ::close(null_); }

  /// Begins the session and runs it as far as it comes.
  void serve(std::string_view sent) {
    wire_.unread = sent;
    session_ = std::make_unique<Session<MemoryStream>>(
        MemoryStream(loop_, wire_), "192.0.2.1", LoopServices{gates_, deadlines_, no_, no_, date_});
    asio::co_spawn(loop_, session_->run(), [](const std::exception_ptr& failed) {
      if (failed) std::rethrow_exception(failed);
    });
    go_on();
  }

  void go_on() {
    loop_.restart();
    loop_.poll();  // a write that is held would keep run() from returning
  }

  /// What all that was written is after the head of the first answer.
  std::string after_head() const {
    return wire_.written.substr(wire_.written.find("\r\n\r\n") + 4);
  }
};

TEST_F(SessionTest, SendsPiecesAsChunksAndKeepsTheConnection) {
  script_.pieces = {"first", "", "0123456789abcdef0"};
  serve("GET /p HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(wire_.written, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_THAT(wire_.written.substr(0, wire_.written.find("HTTP/1.1 404")),
              Not(HasSubstr("Content-Length")));
  EXPECT_THAT(after_head(),
              StartsWith("5\r\nfirst\r\n11\r\n0123456789abcdef0\r\n0\r\n\r\nHTTP/1.1 404 "));
  EXPECT_TRUE(script_.held.expired());
}

TEST_F(SessionTest, SendsASinglePieceAsAnOrdinaryResponse) {
  script_.pieces = {"all"};
  serve(request);
  EXPECT_THAT(wire_.written, HasSubstr("\r\nContent-Length: 3\r\n"));
  EXPECT_EQ(after_head(), "all");
}

TEST_F(SessionTest, SendsEmptyPiecesWithoutABody) {
  script_.pieces = {"", ""};
  serve(request);
  EXPECT_EQ(after_head(), "0\r\n\r\n");
}

TEST_F(SessionTest, EndsAnAnswerToHttp10WithTheConnection) {
  script_.pieces = {"first", "second"};
  serve("GET /p HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(wire_.written, HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(wire_.written, Not(HasSubstr("Transfer-Encoding")));
  EXPECT_THAT(wire_.written, Not(HasSubstr("Content-Length")));
  EXPECT_EQ(after_head(), "firstsecond");
}

TEST_F(SessionTest, SendsOnlyTheHeadToHead) {
  script_.pieces = {"first", "second"};
  serve("HEAD /p HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(wire_.written, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
  EXPECT_THAT(after_head(), StartsWith("HTTP/1.1 404 "));
  EXPECT_EQ(script_.asked, 1U);
}

TEST_F(SessionTest, AnswersAFailedFirstPieceWithAnOrdinaryError) {
  script_.pieces = {"!", "second"};
  serve(request);
  EXPECT_THAT(wire_.written, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(after_head(), HasSubstr("No more."));
}

TEST_F(SessionTest, AnswersAnExceptionInTheFirstPieceWithAnOrdinaryError) {
  script_.pieces = {"?", "second"};
  serve(request);
  EXPECT_THAT(wire_.written, StartsWith("HTTP/1.1 500 "));
  EXPECT_THAT(after_head(), Not(HasSubstr("broken")));
}

class SessionCuts : public SessionTest, public testing::WithParamInterface<const char*> {};

TEST_P(SessionCuts, AResponseThatFailsAfterItsFirstByte) {
  script_.pieces = {"first", GetParam(), "third"};
  serve("GET /p HTTP/1.1\r\nHost: a\r\n\r\nGET /none HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(after_head(), "5\r\nfirst") << "no last chunk and no further answer";
  EXPECT_TRUE(wire_.is_closed);
  EXPECT_EQ(script_.asked, 2U);
}

INSTANTIATE_TEST_SUITE_P(Failures, SessionCuts, testing::Values("!", "?"));

TEST_F(SessionTest, RequestsAPieceAfterTheLastOneWasSent) {
  script_.pieces = {"first", "second", "third"};
  wire_.holds_writes = true;
  serve(request);
  EXPECT_EQ(script_.asked, 1U);
  wire_.go_on();
  go_on();
  EXPECT_EQ(script_.asked, 2U);
  wire_.holds_writes = false;
  wire_.go_on();
  go_on();
  EXPECT_EQ(after_head(), "5\r\nfirst\r\n6\r\nsecond\r\n5\r\nthird\r\n0\r\n\r\n");
}

TEST_F(SessionTest, RequestsNoMorePiecesAfterADisconnect) {
  script_.pieces = {"first", "second", "third"};
  wire_.leaves_after = 1;
  serve(request);
  EXPECT_EQ(script_.asked, 2U);
  EXPECT_THAT(wire_.written, EndsWith("first"));
  EXPECT_TRUE(wire_.is_closed);
  session_.reset();
  EXPECT_TRUE(script_.held.expired());
}

TEST_F(SessionTest, DisconnectsAClientThatDoesNotReadInTime) {
  script_.pieces = {"first", "second"};
  wire_.holds_writes = true;
  serve(request);
  ASSERT_TRUE(wire_.held);
  wire_.go_on(asio::error::operation_aborted);  // as the deadline does
  go_on();
  EXPECT_EQ(script_.asked, 1U);
  EXPECT_TRUE(wire_.is_closed);
}

TEST_F(SessionTest, UsesTheMemoryOfOnePiece) {
  const std::string large(2 * limits::kept_buffer_bytes_max, 'p');
  script_.pieces = {large, large, large};
  wire_.holds_writes = true;
  serve(request);
  for (int i = 0; i < 2 && wire_.held; ++i) {
    EXPECT_GE(AnswerShare::taken(), large.size());
    EXPECT_LT(AnswerShare::taken(), 2 * large.size());
    wire_.go_on();
    go_on();
  }
  wire_.holds_writes = false;
  while (wire_.held) {
    wire_.go_on();
    go_on();
  }
  EXPECT_EQ(script_.asked, 3U);
  EXPECT_EQ(AnswerShare::taken(), 0U);
}

}  // namespace

}  // namespace kith::http
