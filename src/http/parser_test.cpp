#include "http/parser.hpp"

#include <algorithm>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace kith::http {

namespace {

using namespace std::string_literals;

/// A request that is read as a session does: what the parser leaves waits for the next piece.
struct Reading {
  Request request;
  RequestParser parser{request};
  std::string waiting;
  boost::beast::error_code error;

  Reading() { parser.set_body_bytes_max(limits::body_bytes_max); }

  bool is_refused() const { return error && error != boost::beast::http::error::need_more; }

  void give(std::string_view piece) {
    waiting += piece;
    for (std::size_t taken = 1; taken > 0 && !parser.is_done() && !is_refused();) {
      // A copy of the exact size, so that AddressSanitizer detects reads beyond it and views of
      // it.
      const std::vector<char> bytes(waiting.begin(), waiting.end());
      taken = parser.put(boost::asio::buffer(bytes), error);
      waiting.erase(0, taken);
    }
  }

  bool is_whole() const { return parser.is_done() && !error && waiting.empty(); }
};

const std::string chunked_head =
    "POST /a HTTP/1.1\r\nHost: kith\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n";
const std::string chunks = "1;x=y\r\na\r\n0a\r\nbcdefghijk\r\n000\r\nX: y\r\n\r\n";
constexpr std::string_view chunked_body = "abcdefghijk";

TEST(RequestParser, ReadsChunksHoweverTheyAreSplit) {
  for (std::size_t first = 0; first < chunks.size(); ++first) {
    for (std::size_t second = first + 1; second < chunks.size(); ++second) {
      Reading reading;
      reading.give(chunked_head + "\r\n" + chunks.substr(0, first));
      reading.give(chunks.substr(first, second - first));
      reading.give(chunks.substr(second));
      ASSERT_TRUE(reading.is_whole()) << first << ' ' << second << ' ' << reading.error.message();
      ASSERT_EQ(reading.request.body, chunked_body) << first << ' ' << second;
    }
  }
}

TEST(RequestParser, ReadsARequestByteByByte) {
  Reading reading;
  for (const char byte : chunked_head + "\r\n" + chunks) reading.give({&byte, 1});
  EXPECT_TRUE(reading.is_whole()) << reading.error.message();
  EXPECT_EQ(reading.request.body, chunked_body);
}

TEST(RequestParser, ReadsABodyOfOnlyTheLastChunk) {
  Reading reading;
  reading.give(chunked_head + "\r\n");
  for (const char* piece : {"0\r\n", "\r", "\n"}) reading.give(piece);
  EXPECT_TRUE(reading.is_whole()) << reading.error.message();
  EXPECT_EQ(reading.request.body, "");
}

TEST(RequestParser, IgnoresTrailers) {
  Reading reading;
  reading.give(chunked_head + "\r\n0\r\nContent-Type: a/b\r\nAuthorization: Bearer x\r\n\r\n");
  ASSERT_TRUE(reading.is_whole());
  EXPECT_EQ(reading.request.headers.size(), 3U);
  EXPECT_EQ(reading.request.header("Content-Type"), "text/plain");
  EXPECT_FALSE(credentials_of(reading.request, "Bearer"));
}

TEST(RequestParser, TrailersDoNotMoveTheHeader) {
  const std::string much(limits::header_bytes_max * 3 / 4, 'x');
  Reading reading;
  reading.give(chunked_head + "X: " + much + "\r\n\r\n0\r\nY: " + much + "\r\n\r\n");
  ASSERT_TRUE(reading.is_whole());
  EXPECT_EQ(reading.request.path, "/a");
  EXPECT_EQ(reading.request.header("Host"), "kith");
  EXPECT_EQ(reading.request.header("X"), much);
}

/// A head of `bytes` bytes with the blank line, whose last field is a long one.
std::string head_of(std::size_t bytes) {
  std::string head = "PATCH http://kith/a?b HTTP/1.1\r\nHost: kith\r\nAuthorization: Bearer ";
  head += std::string(240, 'j') + "\r\nX: ";
  const std::string_view end = "\r\nLast: z\r\n\r\n";
  head.append(bytes - head.size() - end.size(), 'x');
  return head.append(end);
}

/// Whether every view points into the buffer that the request itself keeps.
bool owns_its_views(const Request& request) {
  const auto inside = [&](std::string_view view) {
    return view.empty() || (view.data() >= request.head.data() &&
                            view.data() + view.size() <= request.head.data() + request.head.size());
  };
  return inside(request.target) && inside(request.path) && inside(request.query) &&
         std::ranges::all_of(request.headers, [&](const Header& each) {
           return inside(each.name) && inside(each.value);
         });
}

TEST(RequestParser, BoundsTheHeadHoweverItIsSplit) {
  constexpr std::size_t most = limits::header_bytes_max;
  for (const std::size_t bytes : {most - 1, most, most + 1, most + 3, most + 9'000}) {
    const std::string head = head_of(bytes);
    for (std::size_t cut = 0; cut < bytes; cut += cut < 64 || cut + 64 > most ? 1 : 61) {
      Reading reading;
      reading.give(std::string_view(head).substr(0, cut));
      if (!reading.error || reading.error == boost::beast::http::error::need_more) {
        reading.give(std::string_view(head).substr(cut));
      }
      ASSERT_LE(reading.request.head.size(), most) << bytes << " cut at " << cut;
      if (bytes > most) {
        ASSERT_EQ(reading.error, boost::beast::http::error::header_limit) << bytes << ' ' << cut;
        continue;
      }
      ASSERT_TRUE(reading.parser.is_header_done()) << bytes << " cut at " << cut;
      ASSERT_TRUE(owns_its_views(reading.request)) << bytes << " cut at " << cut;
      ASSERT_EQ(reading.request.path, "/a") << cut;
      ASSERT_EQ(reading.request.header("Last"), "z") << cut;
    }
  }
}

struct TargetParts {
  const char *sent, *path, *query;
};

class RequestTarget : public testing::TestWithParam<TargetParts> {};

TEST_P(RequestTarget, IsPathAndQuery) {
  const auto& [sent, path, query] = GetParam();
  Reading reading;
  reading.give("GET "s + sent + " HTTP/1.1\r\nHost: kith\r\n\r\n");
  EXPECT_EQ(reading.request.path, path);
  EXPECT_EQ(reading.request.query, query);
  EXPECT_FALSE(reading.parser.check_header());
}

INSTANTIATE_TEST_SUITE_P(
    Targets, RequestTarget,
    testing::Values(TargetParts{"/", "/", ""}, TargetParts{"/a?b", "/a", "b"},
                    TargetParts{"/a?b?c", "/a", "b?c"}, TargetParts{"//a/b", "//a/b", ""},
                    TargetParts{"http://kith", "/", ""}, TargetParts{"http://kith/", "/", ""},
                    TargetParts{"http://kith:80/a?b=/c", "/a", "b=/c"},
                    TargetParts{"HTTPS://[::1]/a", "/a", ""},
                    TargetParts{"http://kith?a=b", "/", "a=b"},
                    TargetParts{"http://kith?/healthz", "/", "/healthz"},
                    TargetParts{"http://kith:80?", "/", ""},
                    TargetParts{"/http://a", "/http://a", ""}, TargetParts{"/%61%62c", "/abc", ""},
                    TargetParts{"/a%2Db%7e%2E?%61=b%7e", "/a-b~.", "%61=b%7e"},
                    TargetParts{"http://kith/%61?b", "/a", "b"},
                    TargetParts{"/%2Fa%20%C3%BC%3f", "/%2Fa%20%C3%BC%3f", ""},
                    TargetParts{"/%2561", "/%2561", ""}, TargetParts{"/%", "/%", ""},
                    TargetParts{"/%6", "/%6", ""}, TargetParts{"/%6?1", "/%6", "1"},
                    TargetParts{"/%6g%%61", "/%6g%a", ""}));

TEST(RequestParser, KeepsTheTargetInOnePieceWhenThePathIsDecoded) {
  Reading reading;
  reading.give("GET http://kith/%61b%63?d=%65 HTTP/1.1\r\nHost: kith\r\n\r\n");
  EXPECT_EQ(reading.request.target, "/abc?d=%65");
  EXPECT_TRUE(owns_its_views(reading.request));
  EXPECT_EQ(reading.request.header("Host"), "kith");
}

TEST(RequestParser, AcceptsAnAsteriskForOptions) {
  Reading reading;
  reading.give("OPTIONS * HTTP/1.1\r\nHost: kith\r\n\r\n");
  ASSERT_TRUE(reading.parser.is_header_done());
  EXPECT_FALSE(reading.parser.check_header());
  EXPECT_EQ(reading.request.path, "*");
}

TEST(RequestParser, ReadsLaterMinorVersionsAsTheLatestKnown) {
  for (const auto& [version, expected] :
       {std::pair("1.0", 10), std::pair("1.1", 11), std::pair("1.2", 11), std::pair("1.9", 11)}) {
    Reading reading;
    reading.give("GET / HTTP/"s + version + "\r\nHost: kith\r\n\r\n");
    ASSERT_TRUE(reading.parser.is_header_done()) << version;
    EXPECT_EQ(reading.request.version, expected) << version;
  }
}

TEST(RequestParser, DistinguishesAnotherMajorVersionFromAMalformedOne) {
  for (const auto& [version, expected] :
       {std::pair("HTTP/2.0", Errc::version_not_supported),
        std::pair("HTTP/0.9", Errc::version_not_supported), std::pair("HTTP/2", Errc::malformed),
        std::pair("HTTP/1.10", Errc::malformed), std::pair("http/2.0", Errc::malformed),
        std::pair("HTTP/2.0 ", Errc::malformed), std::pair("XHTTP/2.0", Errc::malformed)}) {
    Reading reading;
    reading.give("GET / "s + version + "\r\nHost: kith\r\n\r\n");
    ASSERT_TRUE(reading.is_refused()) << version;
    EXPECT_EQ(reading.parser.error_of(reading.error).code, expected) << version;
  }
}

TEST(RequestParser, AcceptsEveryValidHost) {
  for (const char* host : {"", "a", "a.b:80", "a:", "127.0.0.1:8080", "[::1]", "[::1]:80", "a_b",
                           "xn--bcher-kva.example", "%C3%BC.example"}) {
    Reading reading;
    reading.give("GET / HTTP/1.1\r\nHost: "s + host + "\r\n\r\n");
    ASSERT_TRUE(reading.parser.is_header_done()) << host;
    EXPECT_FALSE(reading.parser.check_header()) << host;
  }
}

TEST(RequestParser, SupportsOnlyTheChunkedCoding) {
  Reading reading;
  reading.give("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n");
  ASSERT_TRUE(reading.parser.is_header_done());
  EXPECT_EQ(reading.parser.check_header()->code, Errc::not_implemented);
}

TEST(RequestParser, DistinguishesALongTargetFromALargeHead) {
  const std::string much(limits::header_bytes_max, 'x');
  const std::string some(limits::target_bytes_max, 'x');
  const std::pair<std::string, Errc> rows[] = {
      {"GET /" + much + " HTTP/1.1\r\nHost: a\r\n\r\n", Errc::uri_too_long},
      {"GET /" + some + " HTTP/1.1\r\nX: " + some + "\r\n\r\n", Errc::uri_too_long},
      {"GET / HTTP/1.1\r\nX: " + much + "\r\n\r\n", Errc::header_too_large},
      {"GET / HTTP/1.1\r\n" + much + ": x\r\n\r\n", Errc::header_too_large},
      {much + " / HTTP/1.1\r\n\r\n", Errc::malformed},
      {"GET / HTTP/1.1\nX: " + much + "\r\n\r\n", Errc::malformed},
  };
  for (const auto& [head, expected] : rows) {
    Reading whole;
    whole.give(head);
    ASSERT_TRUE(whole.is_refused()) << head.substr(0, 40);
    EXPECT_EQ(whole.parser.error_of(whole.error).code, expected) << head.substr(0, 40);
    Reading cut;
    for (std::size_t at = 0; at < head.size() && !cut.is_refused(); at += 1'000) {
      cut.give(std::string_view(head).substr(at, 1'000));
    }
    EXPECT_EQ(cut.parser.error_of(cut.error).code, expected) << head.substr(0, 40);
  }
}

TEST(RequestParser, RefusesOtherProtocolsAtTheirFirstBytes) {
  for (const std::string_view begin : {"\x16\x03\x01", "{\"a\"", "GET\t", " GET", "hello\r"}) {
    Reading reading;
    reading.give(begin);
    EXPECT_TRUE(reading.is_refused()) << begin;
  }
}

TEST(RequestParser, JoinsFoldedLines) {
  Reading reading;
  reading.give("GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\td\r\n \r\n\r\n");
  ASSERT_TRUE(reading.parser.is_header_done()) << reading.error.message();
  EXPECT_EQ(reading.request.header("X"), "b   c  \td");
  EXPECT_TRUE(owns_its_views(reading.request));
}

TEST(RequestParser, BoundsChunkFramingAndTrailers) {
  const std::string much(limits::header_bytes_max, 'x');
  std::string small;
  for (std::size_t i = 0; i < 100; ++i) small += "1;" + std::string(1'000, 'x') + "\r\na\r\n";
  for (const std::string& body : {"1;" + much, "1;x=\"" + much, small, "0\r\nX: " + much,
                                  "0;" + much, std::string(limits::header_bytes_max, '0')}) {
    for (const std::size_t step : {body.size(), std::size_t{1'000}, std::size_t{7}}) {
      Reading reading;
      reading.give(chunked_head + "\r\n");
      for (std::size_t at = 0; at < body.size() && !reading.is_refused(); at += step) {
        reading.give(std::string_view(body).substr(at, step));
      }
      EXPECT_EQ(reading.error, boost::beast::http::error::header_limit) << body.substr(0, 20);
      EXPECT_LE(reading.waiting.size(), body.size());
    }
  }
}

class RefusedHeader : public testing::TestWithParam<const char*> {};

TEST_P(RefusedHeader, IsMalformed) {
  Reading reading;
  reading.give(GetParam());
  ASSERT_TRUE(reading.parser.is_header_done()) << reading.error.message();
  const auto refused = reading.parser.check_header();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->code, Errc::malformed);
}

INSTANTIATE_TEST_SUITE_P(
    Headers, RefusedHeader,
    testing::Values(
        "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: a\r\nauthorization: a\r\n\r\n",
        "OPTIONS *?a HTTP/1.1\r\nHost: a\r\n\r\n", "OPTIONS a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
        "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a:b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http:///a HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://?a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http:// HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://:80/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://u:p@a/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a#/b HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET http://a\\b/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET a HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET * HTTP/1.1\r\nHost: a\r\n\r\n", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"));

}  // namespace

}  // namespace kith::http
