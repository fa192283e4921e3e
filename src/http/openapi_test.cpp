#include "http/openapi.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "http/handler.hpp"

namespace kith::http {

namespace {

namespace js = boost::json;

/// A part of a path that is no id.
struct LabelName {
  std::string text;
};

}  // namespace

template <>
struct PathValue<LabelName> {
  static std::optional<LabelName> parse(std::string_view text) {
    return LabelName{std::string(text)};
  }
  static std::string_view text() { return "The label's name."; }
  static constexpr std::string_view schema = R"({"type":"string","maxLength":9})";
};

namespace {

struct Service {
  std::string seen;
};

Task<Result<NoContent>> put_label(Service& service, ContactId id, LabelName label) {
  service.seen = id.to_string() + " " + label.text;
  co_return NoContent{};
}

Task<Result<NoContent>> merge(Service&, ContactId, Target<ContactId>) { co_return NoContent{}; }

struct CurrentLabel {
  std::int64_t revision = 0;

  static std::string schema_name() { return "CurrentLabel"; }
  static constexpr auto fields() {
    return kith::fields(field("revision", &CurrentLabel::revision));
  }
};

Task<Result<NoContent>> rename_label(Service&, Target<ContactId, CurrentLabel>) {
  co_return NoContent{};
}

js::object described(Route route) {
  route.id = "operation";
  route.summary = "What it does";
  const std::string text = openapi_document(std::span(&route, 1), "1");
  return js::parse(text).at("paths").as_object();
}

TEST(OpenApi, DescribesEachParameterOfAPath) {
  const js::object paths = described({.verb = Verb::put,
                                      .path = "/contacts/{id}/labels/{label}",
                                      .endpoint = endpoint<&put_label>(nullptr),
                                      .access = Access::anyone,
                                      .id = ""});
  const js::value& put = paths.at("/contacts/{id}/labels/{label}").at("put");
  EXPECT_EQ(put.at("parameters"), js::parse(R"([
      {"name":"id","in":"path","required":true,"description":"The id of the contact.",
       "schema":{"type":"string","format":"uuid"}},
      {"name":"label","in":"path","required":true,"description":"The label's name.",
       "schema":{"type":"string","maxLength":9}}])"));
}

TEST(OpenApi, PrefersWhatTheRouteSaysOfAParameter) {
  const js::object paths = described({.verb = Verb::post,
                                      .path = "/contacts/{id}/merge/{other}",
                                      .endpoint = endpoint<&merge>(nullptr),
                                      .access = Access::anyone,
                                      .id = "",
                                      .parameter_docs = {"The contact that stays.", "The other."}});
  const js::value& post = paths.at("/contacts/{id}/merge/{other}").at("post");
  EXPECT_EQ(post.at("parameters").at(0).at("description"), "The contact that stays.");
  EXPECT_EQ(post.at("parameters").at(1).at("name"), "other");
  EXPECT_EQ(post.at("parameters").at(1).at("description"), "The other.");
}

TEST(OpenApi, DescribesTheMembersOfAFailedPrecondition) {
  const auto schema_of = [](const Endpoint& endpoint) {
    const js::object paths = described({.verb = Verb::put,
                                        .path = "/contacts/{id}/labels/{label}",
                                        .endpoint = endpoint,
                                        .access = Access::anyone,
                                        .id = ""});
    const js::value& put = paths.at("/contacts/{id}/labels/{label}").at("put");
    return put.at("responses").at("412").at("content").at("application/problem+json").at("schema");
  };
  EXPECT_EQ(schema_of(endpoint<&merge>(nullptr)), js::parse(R"({
      "$ref":"#/components/schemas/Problem"})"));
  EXPECT_EQ(schema_of(endpoint<&rename_label>(nullptr)), js::parse(R"({"allOf":[
      {"$ref":"#/components/schemas/Problem"},{"$ref":"#/components/schemas/CurrentLabel"}]})"));
}

TEST(OpenApi, SkipsMethodsThatItDoesNotKnow) {
  EXPECT_TRUE(described({.verb = Verb::propfind,
                         .path = "/contacts",
                         .endpoint = endpoint<&put_label>(nullptr),
                         .access = Access::anyone,
                         .id = ""})
                  .empty());
}

TEST(PathParameters, AreTakenInOrder) {
  constexpr std::string_view id = "0193c1e2-0000-7000-8000-000000000000";
  const std::array<std::string_view, 2> values{id, "friends"};
  const Request request;
  Response response;
  Exchange exchange{
      .request = request, .response = response, .path_values = values, .principal = {}, .now = {}};
  const auto first = Extract<ContactId>::from(exchange);
  const auto second = Extract<LabelName>::from(exchange);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->to_string(), id);
  EXPECT_EQ(second->text, "friends");
  EXPECT_EQ(endpoint<&put_label>(nullptr).path_parameters, 2);
  EXPECT_EQ(endpoint<&merge>(nullptr).path_parameters, 2);
}

}  // namespace

}  // namespace kith::http
