#include "http/dav_error.hpp"

#include <gtest/gtest.h>

#include "http/problem.hpp"

namespace kith::http {

namespace {

constexpr std::string_view begin =
    R"(<?xml version="1.0" encoding="utf-8"?><D:error xmlns:D="DAV:")"
    R"( xmlns:C="urn:ietf:params:xml:ns:carddav">)";
constexpr std::string_view sentence_begin =
    R"(<E:error-description xmlns:E="http://twistedmatrix.com/xml_namespace/dav/">)";
constexpr std::string_view end = "</E:error-description></D:error>";

std::string document(std::string_view condition, std::string_view sentence) {
  std::string out(begin);
  return out.append(condition).append(sentence_begin).append(sentence).append(end);
}

std::string written(const Error& error) {
  std::string out;
  append_dav_error(out, error);
  return out;
}

Error with(DavCondition condition) {
  return {.code = Errc::forbidden,
          .detail = "No.",
          .dav_condition = std::make_shared<const DavCondition>(std::move(condition))};
}

TEST(DavError, MayHaveOnlyADescription) {
  EXPECT_EQ(written({.code = Errc::not_found, .detail = "Gone."}), document("", "Gone."));
}

TEST(DavError, HasAConditionOfEachNamespace) {
  EXPECT_EQ(written(with({.name = "DAV:valid-sync-token"})),
            document("<D:valid-sync-token/>", "No."));
  EXPECT_EQ(written(with({.name = "CARDDAV:valid-address-data"})),
            document("<C:valid-address-data/>", "No."));
  EXPECT_EQ(written(with({.name = "CS:max-collections"})),
            document(R"(<CS:max-collections xmlns:CS="http://calendarserver.org/ns/"/>)", "No."));
}

TEST(DavError, NamesResourcesWithinTheCondition) {
  EXPECT_EQ(
      written(with({.name = "CARDDAV:no-uid-conflict", .hrefs = {"/dav/a&b.vcf"}})),
      document("<C:no-uid-conflict><D:href>/dav/a&amp;b.vcf</D:href></C:no-uid-conflict>", "No."));
}

TEST(DavError, EscapesTexts) {
  const Error error{.code = Errc::invalid,
                    .detail = std::string("a<b> & \"c\" 'd'\r\n\te\x01\0f ä😀", 28)};
  EXPECT_EQ(written(error), document("", "a&lt;b&gt; &amp; \"c\" 'd'&#13;\n\tef ä😀"));
}

TEST(DavError, NamesTheRefusedFields) {
  EXPECT_EQ(written(invalid_field("birthday", "must not be in the future")),
            document("",
                     "The request has fields that are not valid. birthday: must not be in the "
                     "future."));
}

TEST(DavError, ReportsAnInsufficientScope) {
  EXPECT_EQ(
      written(
          {.code = Errc::forbidden, .detail = "No.", .challenge = Challenge::insufficient_scope}),
      document("<D:need-privileges/>", "No."));
}

/// Status, media type and headers of an error.
std::string answered(const Error& error, Protocol protocol) {
  Response response;
  write_problem(response, error, Request(), protocol);
  return std::to_string(response.status) + " " + std::string(response.content_type) + "\n" +
         response.headers;
}

TEST(Problem, IsWrittenInTheFormatOfTheProtocol) {
  const Error unauthenticated{
      .code = Errc::unauthenticated, .detail = "", .challenge = Challenge::invalid_token};
  EXPECT_EQ(answered(unauthenticated, Protocol::api),
            "401 application/problem+json\n"
            "WWW-Authenticate: Bearer realm=\"kith\", error=\"invalid_token\"\r\n");
  EXPECT_EQ(answered(unauthenticated, Protocol::dav),
            "401 application/xml; charset=utf-8\n"
            "WWW-Authenticate: Basic realm=\"Kith\", charset=\"UTF-8\"\r\n");
  const Error too_little{
      .code = Errc::forbidden, .detail = "", .challenge = Challenge::insufficient_scope};
  EXPECT_EQ(answered(too_little, Protocol::dav), "403 application/xml; charset=utf-8\n");
  const Error too_often{.code = Errc::too_many_requests, .detail = "", .retry_after_seconds = 7};
  EXPECT_EQ(answered(too_often, Protocol::api), "429 application/problem+json\nRetry-After: 7\r\n");
  EXPECT_EQ(answered(too_often, Protocol::dav),
            "503 application/xml; charset=utf-8\nRetry-After: 7\r\n");
}

}  // namespace

}  // namespace kith::http
