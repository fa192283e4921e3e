#include "http/response.hpp"

#include <fstream>
#include <set>

#include <boost/json.hpp>
#include <gmock/gmock.h>

#include "http/problem.hpp"

namespace kith::http {

namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string written(const Response& response, Verb verb = Verb::get, int version = 11) {
  Request request;
  request.verb = verb;
  request.version = version;
  std::string out;
  const std::string_view content =
      append_head(out, response, {request, 1.2345, "Tue, 24 Nov 2026 10:00:00 GMT"});
  return out.append(content);
}

Response json(std::string body) {
  Response response;
  response.content_type = "application/json";
  response.body = std::move(body);
  return response;
}

TEST(Response, HasHeadAndBody) {
  const std::string text = written(json("{}"));
  EXPECT_THAT(text, StartsWith("HTTP/1.1 200 OK\r\nDate: Tue, 24 Nov 2026 10:00:00 GMT\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nContent-Length: 2\r\n"));
  EXPECT_THAT(text, HasSubstr("\r\nServer-Timing: app;dur=1.23"));
  EXPECT_THAT(text, EndsWith("\r\n\r\n{}"));
}

TEST(Response, ToHeadHasOnlyTheLength) {
  const std::string text = written(json("{\"a\":1}"), Verb::head);
  EXPECT_THAT(text, HasSubstr("\r\nContent-Length: 7\r\n"));
  EXPECT_THAT(text, EndsWith("\r\n\r\n"));
}

TEST(Response, WithoutContentHasNoLength) {
  for (const int status : {204, 304}) {
    Response response;
    response.status = status;
    EXPECT_THAT(written(response), Not(HasSubstr("\r\nContent-")));
  }
}

TEST(Response, ClosesTheConnectionIfItIsTheLast) {
  Response response = json("{}");
  response.close = true;
  EXPECT_THAT(written(response), HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(written(json("{}")), Not(HasSubstr("Connection:")));
}

TEST(Response, CanBeReset) {
  Response response = json("{}");
  response.add_header("ETag", "\"1\"");
  response.close = true;
  response.status = 404;
  EXPECT_THAT(written(response), HasSubstr("\r\nETag: \"1\"\r\n"));
  response.clear();
  EXPECT_EQ(written(response), written(Response()));
}

TEST(Response, KnowsThePhraseOfEveryStatusInTheApi) {
  std::ifstream file(KITH_SOURCE_DIR "/api/openapi.json");
  const boost::json::value document = boost::json::parse(file);
  std::set<int> statuses{100, 202, 206, 304, 308, 408, 413, 414,
                         416, 421, 425, 431, 501, 502, 504, 507};
  for (const auto& path : document.at("paths").as_object()) {
    for (const auto& operation : path.value().as_object()) {
      for (const auto& answer : operation.value().at("responses").as_object()) {
        if (answer.key() != "default") statuses.insert(std::stoi(std::string(answer.key())));
      }
    }
  }
  EXPECT_GT(statuses.size(), 20U) << "the document was read";
  for (const int status : statuses) {
    EXPECT_FALSE(reason_phrase(status).empty()) << status;
    EXPECT_NE(reason_phrase(status), "Unknown") << status;
  }
}

TEST(Response, KnowsThePhraseOfEveryError) {
  for (int code = 0; code <= static_cast<int>(Errc::quota_exceeded); ++code) {
    const int status = status_of(static_cast<Errc>(code));
    EXPECT_NE(status, 500) << "no error means a broken server: " << code;
    EXPECT_FALSE(reason_phrase(status).empty()) << status;
  }
}

TEST(Response, HasTheRegisteredPhrases) {
  EXPECT_EQ(reason_phrase(202), "Accepted");
  EXPECT_EQ(reason_phrase(507), "Insufficient Storage");
  EXPECT_EQ(reason_phrase(599), "") << "RFC 9112, section 4, allows an empty phrase";
}

}  // namespace

}  // namespace kith::http
