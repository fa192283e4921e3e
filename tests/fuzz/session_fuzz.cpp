// Feeds a whole connection to the HTTP session core, split at places that the input chooses, and
// compares the responses with those to the same bytes in one piece. Build with -fsanitize=fuzzer,
// address,undefined: buffers are overwritten before reuse (http/scrub.hpp), so that a dangling view
// changes a response or crashes the process.
//
// Input: the way to split (1 byte), a seed for the splits (1 byte), then the stream. In the stream,
// 0xFF and a byte n mean 128 * n times the letter `a`, so that short inputs can reach limits of
// many KiB.

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <regex>
#include <string>
#include <string_view>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <fcntl.h>

#include "http/session.hpp"
#include "testing/memory_stream.hpp"

namespace {

using namespace kith;
using namespace kith::http;
using test::MemoryStream;
using test::Wire;
namespace asio = boost::asio;

constexpr std::size_t stream_bytes_max = 256 * 1024;
constexpr std::size_t bytewise_bytes_max = 4 * 1024;
constexpr std::size_t large_answer_bytes = limits::kept_buffer_bytes_max + 1;

[[noreturn]] void fail(const char* what, std::string_view whole, std::string_view other) {
  std::fprintf(stderr, "%s\n--- one piece:\n%.*s\n--- cut:\n%.*s\n", what,
               static_cast<int>(whole.size()), whole.data(), static_cast<int>(other.size()),
               other.data());
  std::abort();
}

/// The way a stream is split into pieces.
class Cuts {
 public:
  enum class Mode : std::uint8_t { whole, bytewise, small, large };

  Cuts(Mode mode, std::uint8_t seed) : mode_(mode), state_(seed) {}

  /// The size of the next piece of `left` bytes.
  std::size_t next(std::size_t left) {
    switch (mode_) {
      case Mode::whole: return left;
      case Mode::bytewise: return 1;
      case Mode::small: return std::min<std::size_t>(left, 1 + random() % 40);
      case Mode::large: return std::min<std::size_t>(left, 1 + random() % 9'000);
    }
    return left;
  }

 private:
  std::uint32_t random() {
    state_ = state_ * 1'664'525 + 1'013'904'223;
    return state_ >> 8;
  }

  Mode mode_;
  std::uint32_t state_;
};

/// Answers with all that it sees of the request, after another turn of the loop.
Task<std::optional<Error>> echo(void*, Exchange& exchange) {
  co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
  const Request& request = exchange.request;
  Response& response = exchange.response;
  response.content_type = "text/plain";
  response.body.append(to_string(request.verb)).append(" ").append(request.target);
  response.body.append(" ").append(request.path).append(" ").append(request.query).append("\n");
  for (const Header& each : request.headers) {
    response.body.append(each.name).append("=").append(each.value).append("\n");
  }
  response.body += request.body;
  co_return std::nullopt;
}

Task<std::optional<Error>> large(void*, Exchange& exchange) {
  exchange.response.content_type = "text/plain";
  exchange.response.body.assign(large_answer_bytes, 'l');
  co_return std::nullopt;
}

/// Answers in three pieces, one of them empty.
Task<std::optional<Error>> pieces(void*, Exchange& exchange) {
  exchange.response.content_type = "text/plain";
  exchange.response.next_piece = [count = 0](std::string& piece) mutable -> Task<Result<bool>> {
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    if (count != 1) piece.assign(large_answer_bytes, 'p');
    co_return ++count < 3;
  };
  co_return std::nullopt;
}

class OneAccount : public Authenticator {
 public:
  Task<Result<Principal>> authenticate(const Request& request) override {
    const auto token = credentials_of(request, "Bearer");
    if (token && *token == "good") co_return Principal{};
    co_return refuse(Errc::unauthenticated, "Wrong token.");
  }
  Result<Principal> authenticate_link(const Request&) override {
    return refuse(Errc::unauthenticated, "Wrong link.");
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

std::vector<Route> routes() {
  const Endpoint echoes{.service = nullptr, .invoke = &echo, .describe = nullptr};
  const Endpoint fills{.service = nullptr, .invoke = &large, .describe = nullptr};
  const Endpoint streams{.service = nullptr, .invoke = &pieces, .describe = nullptr};
  const auto anyone = Access::anyone;
  return {{.verb = Verb::get, .path = "/e", .endpoint = echoes, .access = anyone, .id = "get"},
          {.verb = Verb::post, .path = "/e", .endpoint = echoes, .access = anyone, .id = "post"},
          {.verb = Verb::get, .path = "/large", .endpoint = fills, .access = anyone, .id = "large"},
          {.verb = Verb::get, .path = "/p", .endpoint = streams, .access = anyone, .id = "pieces"},
          {.verb = Verb::put,
           .path = "/mine/{id}",
           .endpoint = echoes,
           .access = Access::own_account,
           .id = "put",
           .body_bytes_max = 100}};
}

/// The objects that all connections share.
struct Service {
  Router router{routes()};
  OneAccount authenticator;
  NoKeys repeats;
  AccessLog log{::open("/dev/null", O_WRONLY), LogFormat::text};
  RateCounters counters{*RateLimits::parse("off")};
  TrustedProxies proxies;
  ClientAddressHeader client_header;
  CorsOrigins origins;
  Gates gates{{.router = router,
               .authenticator = authenticator,
               .repeats = repeats,
               .log = log,
               .counters = counters,
               .proxies = proxies,
               .client_header = client_header,
               .origins = origins,
               .policy = RolePolicy::owner}};
};

/// Everything the server writes after it receives `stream` and then the end of input.
std::string answers_to(std::string_view stream, Cuts cuts) {
  static Service service;
  static const std::string date = "Tue, 24 Nov 2026 10:00:00 GMT";
  static const std::atomic<bool> no = false;
  Wire wire{.unread = stream, .cut = [&cuts](std::size_t left) { return cuts.next(left); }};
  asio::io_context loop;
  Deadlines deadlines;
  Session<MemoryStream> session(MemoryStream(loop, wire), "192.0.2.1",
                                {service.gates, deadlines, no, no, date});
  asio::co_spawn(loop, session.run(), [](const std::exception_ptr& failed) {
    if (failed) std::rethrow_exception(failed);
  });
  loop.run();
  return std::move(wire.written);
}

/// Removes and returns the next line of `text`; empty if it does not end in CRLF.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find("\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 2);
  return line;
}

bool is_status_line(std::string_view line) {
  return line.starts_with("HTTP/1.1 ") && line.size() > 13 && line[9] >= '1' && line[9] <= '5' &&
         line[12] == ' ';
}

/// Cuts the chunks of one body off `text` (RFC 9112, section 7.1). False: they are malformed.
bool take_chunks(std::string_view& text, std::string& body) {
  constexpr int hexadecimal = 16;
  for (;;) {
    const auto line = take_line(text);
    if (!line || line->empty()) return false;
    const std::size_t size = std::stoul(std::string(*line), nullptr, hexadecimal);
    if (text.size() < size) return false;
    body += text.substr(0, size);
    text.remove_prefix(size);
    if (take_line(text) != std::string_view()) return false;
    if (size == 0) return true;
  }
}

/// Cuts one answer off `text` and appends what does not differ from run to run to `out`. False: it
/// is no HTTP.
bool take_answer(std::string_view& text, std::string& out) {
  const auto status = take_line(text);
  if (!status || !is_status_line(*status)) return false;
  const bool is_interim = (*status)[9] == '1';
  if (!is_interim) out.append(*status).append("\n");
  std::optional<std::size_t> length;
  bool is_chunked = false;
  for (auto line = take_line(text); !line || !line->empty(); line = take_line(text)) {
    if (!line || line->find(": ") == std::string_view::npos) return false;
    if (line->find_first_of("\r\n") != std::string_view::npos) return false;
    constexpr std::string_view name = "Content-Length: ";
    if (line->starts_with(name)) length = std::stoul(std::string(line->substr(name.size())));
    is_chunked = is_chunked || *line == "Transfer-Encoding: chunked";
    if (line->starts_with("X-Request-Id") || line->starts_with("Server-Timing")) continue;
    if (!is_interim) out.append(*line).append("\n");
  }
  if (is_interim) return true;
  const bool has_no_body = status->substr(9, 3) == "204" || status->substr(9, 3) == "304";
  if (!length) length = has_no_body ? 0 : text.size();  // it ends with the connection
  std::string body;
  if (is_chunked) {
    if (!take_chunks(text, body)) return false;
  } else {
    if (text.size() < *length) return false;
    body = text.substr(0, *length);
    text.remove_prefix(*length);
  }
  // The id of the request, in a problem.
  if (const auto at = body.find("urn:uuid:"); at != std::string::npos) body.resize(at);
  out.append(body).append("\n");
  return true;
}

/// The parts that must not depend on the split; empty if `text` is not HTTP.
std::optional<std::string> normalized(std::string_view text, bool has_heads) {
  std::string out;
  // Responses to HEAD have a length but no body, so only a client that counts its requests can
  // parse them.
  if (has_heads) {
    static const std::regex varying(
        "X-Request-Id: [0-9a-f-]+|dur=[0-9.]+|urn:uuid:[0-9a-f-]+|HTTP/1.1 100 Continue\r\n\r\n");
    return std::regex_replace(std::string(text), varying, "");
  }
  while (!text.empty()) {
    if (!take_answer(text, out)) return std::nullopt;
  }
  return out;
}

std::string expanded(std::string_view input) {
  std::string out;
  for (std::size_t i = 0; i < input.size() && out.size() < stream_bytes_max; ++i) {
    if (input[i] == '\xFF' && i + 1 < input.size()) {
      out.append(std::size_t{128} * static_cast<unsigned char>(input[++i]), 'a');
    } else {
      out.push_back(input[i]);
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  const std::string stream = expanded({reinterpret_cast<const char*>(data) + 2, size - 2});
  auto mode = static_cast<Cuts::Mode>(1 + data[0] % 3);
  if (mode == Cuts::Mode::bytewise && stream.size() > bytewise_bytes_max) mode = Cuts::Mode::large;
  const bool has_heads = stream.find("HEAD") != std::string::npos;
  const std::string whole = answers_to(stream, {Cuts::Mode::whole, 0});
  const std::string cut = answers_to(stream, {mode, data[1]});
  const auto expected = normalized(whole, has_heads);
  const auto seen = normalized(cut, has_heads);
  if (!expected || !seen) fail("an answer is no HTTP", whole, cut);
  if (*expected != *seen) fail("the answers depend on how the bytes are cut", whole, cut);
  return 0;
}
