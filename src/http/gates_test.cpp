#include "http/gates.hpp"

#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "http/handler.hpp"
#include "http/link.hpp"

namespace kith::http {
namespace {

using namespace std::chrono_literals;

/// Accepts all credentials; can simulate a database failure.
class FakeAuthenticator : public Authenticator {
 public:
  bool broken = false;
  bool refuses = false;
  Scope scope = Scope::everything;

  Task<Result<Principal>> authenticate(const Request&) override {
    if (broken) throw std::runtime_error("no database");
    if (refuses) co_return refuse(Errc::unauthenticated, "Sign in.");
    co_return Principal{.account = {}, .scope = scope};
  }
  Result<Principal> authenticate_link(const Request& request) override {
    if (link_key_of(request) != "good") return refuse(Errc::unauthenticated, "Wrong link.");
    return Principal{.account = {}, .scope = Scope::api_read};
  }
};

/// A store with a single idempotency key that counts how its requests end.
class OneKey : public IdempotencyStore {
 public:
  bool repeated = false;
  int reopened = 0;
  int released = 0;

  Task<Result<std::variant<KeyedRequest, KeptAnswer>>> claim(AccountId, std::string_view,
                                                             const Request&) override {
    KeyedRequest claimed;
    claimed.repeated = repeated;
    co_return claimed;
  }
  Task<void> keep(const KeyedRequest&, const KeptAnswer&) override { co_return; }
  Task<void> reopen(const KeyedRequest&, std::string_view) override {
    ++reopened;
    co_return;
  }
  Task<void> release(const KeyedRequest&) override {
    ++released;
    co_return;
  }
};

/// The handlers under test.
struct Service {
  Time now;
};

Task<Result<Written>> tell_time(Service& service, Time now) {
  service.now = now;
  co_return Written{};
}

Task<Result<Written>> fail(Service&) { throw std::runtime_error("broken"); }

Task<Result<Written>> refuse_rate(Service&) { co_return refuse(Errc::too_many_requests, "Wait."); }

class GatesTest : public testing::Test {
 protected:
  Service service_;
  Router router_{
      {{Verb::get, "/time", endpoint<&tell_time>(&service_), Access::anyone, "time"},
       {Verb::get, "/fail", endpoint<&fail>(&service_), Access::anyone, "fail"},
       {.verb = Verb::post,
        .path = "/keyed",
        .endpoint = endpoint<&refuse_rate>(&service_),
        .access = Access::anyone,
        .id = "keyed",
        .idempotent_by_key = true},
       {Verb::post, "/own", endpoint<&tell_time>(&service_), Access::own_account, "own"},
       {Verb::get, "/read", endpoint<&tell_time>(&service_), Access::contacts_read, "read"},
       {.verb = Verb::get,
        .path = "/photo",
        .endpoint = endpoint<&tell_time>(&service_),
        .access = Access::contacts_read,
        .id = "photo",
        .accepts_link = true},
       {.verb = Verb::put,
        .path = "/photo",
        .endpoint = endpoint<&tell_time>(&service_),
        .access = Access::photos_change,
        .id = "put_photo",
        .accepts_link = true},
       {.verb = Verb::report,
        .path = "/dav/book",
        .endpoint = endpoint<&tell_time>(&service_),
        .access = Access::contacts_read,
        .id = "report",
        .protocol = Protocol::dav},
       {.verb = Verb::put,
        .path = "/dav/book",
        .endpoint = endpoint<&tell_time>(&service_),
        .access = Access::contacts_change,
        .id = "put",
        .protocol = Protocol::dav}}};
  FakeAuthenticator authenticator_;
  OneKey repeats_;
  int null_ = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  AccessLog log_{null_, LogFormat::text};
  RateCounters counters_{RateLimits::parse("off").value()};
  TrustedProxies proxies_;
  ClientAddressHeader client_header_;
  CorsOrigins origins_ = CorsOrigins::parse("https://app.example.org").value();
  Gates gates_{{router_, authenticator_, repeats_, log_, counters_, nullptr, proxies_,
                client_header_, origins_, RolePolicy::owner, true}};
  Response response_;

  ~GatesTest() override { ::close(null_); }

  static Request request(Verb verb, std::string_view path) {
    Request request;
    request.verb = verb;
    request.path = path;
    request.headers = {{"Origin", "https://app.example.org"}};
    request.received = Clock().now();
    return request;
  }

  template <class Act>
  static void run(Act act) {
    boost::asio::io_context loop;
    boost::asio::co_spawn(loop, std::move(act), [](const std::exception_ptr& failed) {
      if (failed) std::rethrow_exception(failed);
    });
    loop.run();
  }

  void answer(const Request& request) {
    run([&]() -> Task<void> { co_await gates_.answer(request, gates_.match(request), response_); });
  }

  std::optional<Error> admit(const Request& request) {
    std::optional<Error> refused;
    BodyShare share;
    run([&]() -> Task<void> {
      refused = co_await gates_.admit(request, gates_.match(request), share);
    });
    return refused;
  }
};

TEST_F(GatesTest, GiveHandlersTheirStartTime) {
  const Request early = request(Verb::get, "/time");
  std::this_thread::sleep_for(20ms);  // the body arrives after the header
  const Time begin = Clock().now();
  answer(early);
  EXPECT_GE(service_.now, begin);
  EXPECT_EQ(gates_.last_route(), "time");
}

TEST_F(GatesTest, KeepTheKeyOfARefusedRepeat) {
  Request keyed = request(Verb::post, "/keyed");
  keyed.headers.push_back({"Idempotency-Key", "one"});
  answer(keyed);
  EXPECT_EQ(repeats_.released, 1) << "a refused first attempt changed nothing";
  repeats_.repeated = true;
  answer(keyed);
  EXPECT_EQ(response_.status, 429);
  EXPECT_EQ(repeats_.released, 1) << "the work of an earlier attempt must not be repeated";
  EXPECT_EQ(repeats_.reopened, 1);
}

TEST_F(GatesTest, LetAllowedOriginsReadEveryResponse) {
  const auto status_of = [this](Verb verb, std::string_view path) {
    response_.clear();
    answer(request(verb, path));
    EXPECT_NE(response_.headers.find("Access-Control-Allow-Origin"), std::string::npos) << path;
    EXPECT_NE(response_.headers.find("Strict-Transport-Security"), std::string::npos) << path;
    return response_.status;
  };
  EXPECT_EQ(status_of(Verb::head, "/time"), 200);
  EXPECT_EQ(status_of(Verb::get, "/none"), 404);
  EXPECT_EQ(status_of(Verb::put, "/time"), 405);
  EXPECT_EQ(status_of(Verb::options, "/time"), 204);
  EXPECT_EQ(status_of(Verb::options, "*"), 204);
  EXPECT_EQ(status_of(Verb::other, "/time"), 501);
  EXPECT_EQ(status_of(Verb::other, "/none"), 501);
  EXPECT_EQ(status_of(Verb::get, "/fail"), 500);
}

TEST_F(GatesTest, ChallengeByTheProtocolOfTheRoute) {
  authenticator_.refuses = true;
  answer(request(Verb::get, "/read"));
  EXPECT_EQ(response_.content_type, "application/problem+json");
  EXPECT_NE(response_.headers.find("WWW-Authenticate: Bearer realm=\"kith\"\r\n"),
            std::string::npos);
  EXPECT_EQ(response_.headers.find("Basic"), std::string::npos);
  answer(request(Verb::report, "/dav/book"));
  EXPECT_EQ(response_.content_type, "application/xml; charset=utf-8");
  EXPECT_NE(response_.headers.find("WWW-Authenticate: Basic realm=\"Kith\", charset=\"UTF-8\"\r\n"),
            std::string::npos);
  EXPECT_EQ(response_.headers.find("Bearer"), std::string::npos);
}

TEST_F(GatesTest, AllowOperationsThatTheScopeGrantsByProtocol) {
  const auto statuses = [this](Scope scope) {
    authenticator_.scope = scope;
    std::vector<int> found;
    for (const auto& [verb, path] :
         {std::pair{Verb::get, "/read"}, {Verb::report, "/dav/book"}, {Verb::put, "/dav/book"}}) {
      response_.clear();
      answer(request(verb, path));
      found.push_back(response_.status);
    }
    return found;
  };
  EXPECT_EQ(statuses(Scope::everything), (std::vector{200, 200, 200}));
  EXPECT_EQ(statuses(Scope::dav), (std::vector{403, 200, 200}));
  EXPECT_EQ(statuses(Scope::dav_read), (std::vector{403, 200, 403}));
  EXPECT_NE(response_.body.find("<D:need-privileges/>"), std::string::npos);
  EXPECT_EQ(statuses(Scope::api_read), (std::vector{200, 403, 403}))
      << "a password that only reads must not write by CardDAV";
  EXPECT_EQ(statuses(Scope::api), (std::vector{200, 403, 403}));
}

TEST_F(GatesTest, AcceptLinksOnlyWhereTheRouteDoes) {
  authenticator_.refuses = true;
  const auto status_of = [this](Verb verb, std::string_view path, std::string_view query,
                                bool has_token = false) {
    Request asked = request(verb, path);
    asked.query = query;
    if (has_token) asked.headers.push_back({"Authorization", "Bearer token"});
    response_.clear();
    answer(asked);
    return response_.status;
  };
  EXPECT_EQ(status_of(Verb::get, "/photo", "size=96&key=good"), 200);
  EXPECT_EQ(status_of(Verb::get, "/photo", "key=wrong&key=good"), 401);
  EXPECT_EQ(status_of(Verb::get, "/photo", "xkey=good"), 401);
  EXPECT_EQ(status_of(Verb::get, "/photo", ""), 401);
  EXPECT_EQ(status_of(Verb::get, "/photo", "key=good", true), 401) << "the token counts";
  EXPECT_EQ(status_of(Verb::put, "/photo", "key=good"), 403) << "a link only reads";
  EXPECT_EQ(status_of(Verb::get, "/read", "key=good"), 401);
}

TEST_F(GatesTest, AnswerInXmlBelowDav) {
  answer(request(Verb::get, "/dav/none"));
  EXPECT_EQ(response_.status, 404);
  EXPECT_TRUE(response_.body.starts_with("<?xml")) << response_.body;
  answer(request(Verb::lock, "/dav/book"));
  EXPECT_EQ(response_.status, 405);
  EXPECT_NE(response_.headers.find("Allow: REPORT, PUT, OPTIONS\r\n"), std::string::npos);
}

TEST_F(GatesTest, RefuseLargeBodiesThatNoRouteReads) {
  EXPECT_EQ(admit(request(Verb::post, "/none")).value().code, Errc::not_found);
  EXPECT_EQ(admit(request(Verb::put, "/own")).value().code, Errc::method_not_allowed);
  EXPECT_FALSE(admit(request(Verb::options, "/own"))) << "its response does not depend on it";
  EXPECT_FALSE(admit(request(Verb::post, "/own")));
}

TEST_F(GatesTest, ReadNoLargeBodyWhileCredentialsCannotBeChecked) {
  authenticator_.broken = true;
  EXPECT_EQ(admit(request(Verb::post, "/own")).value().code, Errc::unavailable);
}

}  // namespace
}  // namespace kith::http
