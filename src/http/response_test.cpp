#include "http/response.hpp"

#include <gmock/gmock.h>

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
  append_response(out, response, {request, 1.2345, "Tue, 24 Nov 2026 10:00:00 GMT"});
  return out;
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

TEST(Response, ToHeadHasTheLengthAlone) {
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

TEST(Response, TellsThatItIsTheLast) {
  Response response = json("{}");
  response.close = true;
  EXPECT_THAT(written(response), HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(written(json("{}")), Not(HasSubstr("Connection:")));
}

TEST(Response, ForgetsEverything) {
  Response response = json("{}");
  response.add_header("ETag", "\"1\"");
  response.close = true;
  response.status = 404;
  EXPECT_THAT(written(response), HasSubstr("\r\nETag: \"1\"\r\n"));
  response.clear();
  EXPECT_EQ(written(response), written(Response()));
}

TEST(Response, KnowsThePhraseOfWhatItSends) {
  for (const int status : {200, 201, 204, 304, 400, 401, 403, 404, 405, 408, 409, 412, 413, 414,
                           415, 422, 431, 500, 503}) {
    EXPECT_FALSE(reason_phrase(status).empty()) << status;
  }
}

}  // namespace

}  // namespace kith::http
