#include "http/parser.hpp"

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

  void give(std::string_view piece) {
    waiting += piece;
    for (std::size_t taken = 1; taken > 0 && !parser.is_done() && !waiting.empty();) {
      parser.eager(parser.is_header_done());
      taken = parser.put(boost::asio::const_buffer(waiting.data(), waiting.size()), error);
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

TEST(RequestParser, ReadsARequestOctetByOctet) {
  Reading reading;
  for (const char octet : chunked_head + "\r\n" + chunks) reading.give({&octet, 1});
  EXPECT_TRUE(reading.is_whole()) << reading.error.message();
  EXPECT_EQ(reading.request.body, chunked_body);
}

TEST(RequestParser, ReadsALastChunkThatIsTheFirst) {
  Reading reading;
  reading.give(chunked_head + "\r\n");
  for (const char* piece : {"0\r\n", "\r", "\n"}) reading.give(piece);
  EXPECT_TRUE(reading.is_whole()) << reading.error.message();
  EXPECT_EQ(reading.request.body, "");
}

TEST(RequestParser, TakesNothingFromTrailers) {
  Reading reading;
  reading.give(chunked_head + "\r\n0\r\nContent-Type: a/b\r\nAuthorization: Bearer x\r\n\r\n");
  ASSERT_TRUE(reading.is_whole());
  EXPECT_EQ(reading.request.headers.size(), 3U);
  EXPECT_EQ(reading.request.header("Content-Type"), "text/plain");
  EXPECT_FALSE(credentials_of(reading.request, "Bearer"));
}

TEST(RequestParser, TrailersLeaveTheHeaderWhereItIs) {
  const std::string much(limits::header_bytes_max * 3 / 4, 'x');
  Reading reading;
  reading.give(chunked_head + "X: " + much + "\r\n\r\n0\r\nY: " + much + "\r\n\r\n");
  ASSERT_TRUE(reading.is_whole());
  EXPECT_EQ(reading.request.path, "/a");
  EXPECT_EQ(reading.request.header("Host"), "kith");
  EXPECT_EQ(reading.request.header("X"), much);
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

INSTANTIATE_TEST_SUITE_P(Targets, RequestTarget,
                         testing::Values(TargetParts{"/", "/", ""}, TargetParts{"/a?b", "/a", "b"},
                                         TargetParts{"/a?b?c", "/a", "b?c"},
                                         TargetParts{"//a/b", "//a/b", ""},
                                         TargetParts{"http://kith", "/", ""},
                                         TargetParts{"http://kith/", "/", ""},
                                         TargetParts{"http://kith:80/a?b=/c", "/a", "b=/c"},
                                         TargetParts{"HTTPS://[::1]/a", "/a", ""},
                                         TargetParts{"/http://a", "/http://a", ""}));

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
    testing::Values("GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n",
                    "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
                    "GET a HTTP/1.1\r\nHost: a\r\n\r\n", "GET * HTTP/1.1\r\nHost: a\r\n\r\n",
                    "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n"));

}  // namespace

}  // namespace kith::http
