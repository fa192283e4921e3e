#include "testing/linear.hpp"

#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "contacts/rows/cursor.hpp"
#include "crypto/base64url.hpp"
#include "crypto/jwt.hpp"
#include "http/arguments.hpp"
#include "http/client_address.hpp"
#include "http/cookies.hpp"
#include "http/form.hpp"
#include "http/multipart.hpp"
#include "http/parser.hpp"
#include "http/reply.hpp"
#include "json/read.hpp"
#include "json/slices.hpp"
#include "json/write.hpp"

/// Tests that client input is parsed in linear time: JSON, forms and HTTP here, texts in
/// linear_text_test.cpp.
namespace kith::test {
namespace {

constexpr std::size_t kib = 1024;
constexpr Time now{1'800'000'000'000'000};

/// An object with a field of each type that JSON can fill.
struct Sample {
  std::string text;
  std::int64_t number = 0;
  std::optional<json::Deferred<Sample>> child;
  std::optional<json::Deferred<std::vector<Sample>>> list;

  static std::string schema_name() { return "Sample"; }
  static constexpr auto fields() {
    return kith::fields(field("text", &Sample::text, {.multiline = true}),
                        field("number", &Sample::number), field("child", &Sample::child),
                        field("list", &Sample::list));
  }
};

void read_json(const std::string& text) { json::read<Sample>(text, now); }

void merge_json(const std::string& text) { json::merge(Sample{}, text, now); }

/// Reads input like a batch: the list, its objects, and their members.
void read_list(const std::string& text) {
  const auto outer = json::read<Sample>(text, now);
  ASSERT_TRUE(outer && outer->list);
  json::for_each_element(outer->list->json, [](std::string_view element) {
    const auto inner = json::read<Sample>(element, now);
    if (inner && inner->child) json::read<Sample>(inner->child->json, now);
    return true;
  });
}

/// Finds the text of each nested object, as the reader does.
void find_values(const std::string& text) {
  json::MemberCursor values(text);
  for (std::size_t i = 0; !values.value_at(i).empty();) ++i;
}

std::string deep(std::string_view open, std::string_view inner, std::string_view close) {
  std::string text;
  for (std::size_t i = 2; i < limits::json_depth_max; ++i) text += open;
  text += inner;
  for (std::size_t i = 2; i < limits::json_depth_max; ++i) text += close;
  return text;
}

/// Returns members `"k0":1,"k1":1, ...`.
std::string many_keys(std::size_t bytes) {
  std::string out = "{";
  for (std::size_t i = 0; out.size() < bytes; ++i) out += "\"k" + std::to_string(i) + "\":1,";
  out.back() = '}';
  return out;
}

const Parser json_parsers[] = {
    {"json: empty objects", 128 * kib, filled("{", "\"a\":{},", "\"b\":1}"), read_json},
    {"json: empty lists", 128 * kib, filled("{", "\"a\":[],", "\"b\":1}"), read_json},
    {"json: a known object again and again", 128 * kib, filled("{", "\"child\":{},", "\"b\":1}"),
     read_json},
    {"json: objects of objects", 128 * kib,
     filled("{", "\"a\":" + deep("{\"b\":", "1", "}") + ",", "\"b\":1}"), read_json},
    {"json: lists of lists", 128 * kib,
     filled("{", "\"a\":" + deep("[", "", "]") + ",", "\"b\":1}"), read_json},
    {"json: one deep list", 128 * kib,
     filled("{\"list\":" + deep("[", "1", ""), ",1", deep("", "", "]") + "}"), read_json},
    {"json: unknown keys", 128 * kib, many_keys, read_json},
    {"json: a key again and again", 128 * kib, filled("{", "\"text\":\"\",", "\"number\":1}"),
     read_json},
    {"json: a long key", 128 * kib, filled("{\"", "key", "\":1}"), read_json},
    {"json: a long key of escapes", 128 * kib, filled("{\"", "\\u0041", "\":1}"), read_json},
    {"json: a long text", 128 * kib, filled("{\"text\":\"", "text ", "\"}"), read_json},
    {"json: short escapes", 128 * kib, filled("{\"text\":\"", "\\n", "\"}"), read_json},
    {"json: escaped quotes", 128 * kib, filled("{\"text\":\"", "\\\"", "\"}"), read_json},
    {"json: escaped code points", 128 * kib, filled("{\"text\":\"", "\\u0142", "\"}"), read_json},
    {"json: escaped pairs", 128 * kib, filled("{\"text\":\"", "\\ud83c\\udf82", "\"}"), read_json},
    {"json: a text of three-byte characters", 128 * kib, filled("{\"text\":\"", "李", "\"}"),
     read_json},
    {"json: strings in an object read later", 128 * kib,
     filled("{\"child\":{\"a\":[", "\"\\\\\\\"}\",", "1]}}"), read_json},
    {"json: a long whole number", 128 * kib, filled("{\"number\":1", "0", "}"), read_json},
    {"json: a long fraction", 128 * kib, filled("{\"number\":0.", "3", "}"), read_json},
    {"json: a long exponent", 128 * kib, filled("{\"number\":1e0", "0", "}"), read_json},
    {"json: many numbers", 128 * kib, filled("{\"list\":[", "-1.5e3,", "1]}"), read_json},
    {"json: white space", 128 * kib, filled("{", " \n", "}"), read_json},
    {"json: white space between members", 128 * kib, filled("{", "\"a\" : { } , ", "\"b\":1}"),
     read_json},
    {"json: an error at the end", 128 * kib, filled("{", "\"a\":{},\n", "!"), read_json},
    {"json: an unfinished object", 128 * kib, filled("{\"a\":", "{\"a\":1},\"b\":", ""), read_json},
    {"json: an unfinished text", 128 * kib, filled("{\"child\":{\"a\":\"", "\\\\", ""), read_json},
    {"json: invalid UTF-8 at the end", 128 * kib, filled("{\"text\":\"", "é", "\xC3\"}"),
     read_json},
    {"json: a merge patch", 128 * kib, filled("{", "\"child\":{},", "\"text\":\"a\"}"), merge_json},
    {"json: a list that is no object", 128 * kib, filled("[", "[],", "1]"), read_json},
    {"json: a list of empty objects", 128 * kib, filled("{\"list\":[", "{},", "{}]}"), read_list},
    {"json: a list of objects in objects", 64 * kib,
     filled("{\"list\":[", "{\"child\":{\"text\":\"a\\\"\",\"b\":[{}]}},", "{}]}"), read_list},
    {"json: elements", 128 * kib, filled("[", "{\"a\":[1]},", "1]"),
     [](const auto& text) { json::for_each_element(text, [](auto) { return true; }); }},
    {"json: members of an object read later", 128 * kib,
     filled("{\"child\":{", "\"a\":{},", "\"b\":1}}"), read_json},
    {"json: values of members one by one", 128 * kib, filled("{", "\"a\":{},", "\"b\":1}"),
     find_values},
    {"json: members", 128 * kib, filled("{", "\"a\":{\"b\":\"\"},", "\"b\":1}"),
     [](const auto& text) { json::for_each_member(text, [](auto, auto) {}); }},
    {"json: elements of malformed JSON", 128 * kib, filled("[", "[{\"", ""),
     [](const auto& text) { json::for_each_element(text, [](auto) { return true; }); }},
    {"json: writing plain text", 128 * kib, filled("", "text "),
     [](const auto& text) { json::to_json(text); }},
    {"json: writing escapes", 128 * kib, filled("", "\"\\\n\x01"),
     [](const auto& text) { json::to_json(text); }},
    {"json: writing a list", 128 * kib, filled("", "x"),
     [](const auto& text) { json::to_json(std::vector<int>(text.size() / 4, 17)); }},
};

http::Request with_header(std::string_view name, std::string_view value) {
  http::Request request;
  request.headers.push_back({name, value});
  return request;
}

void read_form(const std::string& text) {
  http::read_form<Sample>(text, now, http::BlankValues::checked);
}

void next_page(const std::string& query) {
  http::Request request;
  request.path = "/api/v1/contacts";
  request.query = query;
  http::target_with_cursor(request, "cursor");
}

void find_cookie(const std::string& value) {
  http::cookie_of(with_header("Cookie", value), "kith_session");
}

void find_token(const std::string& value) { http::list_has_token(value, "gzip"); }

void match_etag(const std::string& value) {
  const http::Request request = with_header("If-None-Match", value);
  EXPECT_FALSE(http::Conditions::of(request).is_unchanged("\"7-s\""));
}

void client_of(std::string_view header, const std::string& value) {
  const auto proxies = http::TrustedProxies::parse("10.0.0.0/8").value();
  const auto believed = http::ClientAddressHeader::parse(header).value();
  proxies.client_of("10.0.0.9", with_header(header, value), believed);
}

/// Passes `text` to a parser in pieces of `piece_bytes`, as a session does.
void parse_in_pieces(const std::string& text, std::size_t piece_bytes) {
  http::Request request;
  http::RequestParser parser(request);
  parser.set_body_bytes_max(text.size());
  boost::beast::error_code error;
  std::size_t taken = 0;
  for (std::size_t end = 0; end < text.size() && !parser.is_done();) {
    end = std::min(end + piece_bytes, text.size());
    for (std::size_t step = 1; step > 0 && taken < end && !parser.is_done();) {
      step = parser.put(boost::asio::const_buffer(text.data() + taken, end - taken), error);
      taken += step;
    }
    if (error && error != boost::beast::http::error::need_more) return;
  }
}

void parse(const std::string& text) { parse_in_pieces(text, text.size()); }

void parse_trickle(const std::string& text) { parse_in_pieces(text, 16); }

const std::string head = "POST /a HTTP/1.1\r\nHost: kith\r\n";

std::string with_length(std::size_t bytes) {
  return head + "Content-Length: " + std::to_string(bytes) + "\r\n\r\n" + std::string(bytes, 'x');
}

const std::string form_type = "multipart/form-data; boundary=\"b\"";
const std::string part =
    "--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n";

void read_multipart(const std::string& body) { http::only_file_of(form_type, body); }

void read_parameter(const std::string& header) { http::parameter_of(header, "name"); }

const Parser http_parsers[] = {
    {"form: a long value", 128 * kib, filled("text=", "text"), read_form},
    {"form: percent escapes", 128 * kib, filled("text=", "%C3%A9"), read_form},
    {"form: blanks", 128 * kib, filled("text=", "+"), read_form},
    {"form: a long name", 128 * kib, filled("", "name", "=1"), read_form},
    {"form: separators", 128 * kib, filled("", "&"), read_form},
    {"form: equals signs", 128 * kib, filled("a=", "="), read_form},
    {"form: a broken escape at the end", 128 * kib, filled("text=", "%41", "%4"), read_form},
    {"query: a link to the next page", 128 * kib, filled("", "a=1&cursor=x&"), next_page},
    {"query: a link of separators", 128 * kib, filled("", "&"), next_page},
    {"query: percent encoding", 128 * kib, filled("", "é/"),
     [](const auto& text) { http::percent_encode(text); }},
    {"multipart: a file of line ends", 128 * kib, filled(part, "\r\n", "\r\n--b--"),
     read_multipart},
    {"multipart: a file of near boundaries", 128 * kib, filled(part, "\r\n--", "\r\n--b--"),
     read_multipart},
    {"multipart: a file without an end", 128 * kib, filled(part, "\r\n-"), read_multipart},
    {"multipart: many header lines", 1 * kib, filled("--b\r\n", "X:\r\n", "\r\n"), read_multipart},
    {"multipart: no line end", 128 * kib, filled("--b\r\n", "X: y; "), read_multipart},
    {"multipart: parameters", 8 * kib, filled("form-data", "; a=b", ""), read_parameter},
    {"multipart: quoted parameters", 8 * kib, filled("form-data", "; a=\"\\\"\""), read_parameter},
    {"multipart: a quoted text without an end", 8 * kib, filled("form-data; a=\"", "\\\""),
     read_parameter},
    {"multipart: semicolons", 8 * kib, filled("form-data", ";=; "), read_parameter},
    {"cookies: many", 8 * kib, filled("", "a=b; "), find_cookie},
    {"cookies: one long", 8 * kib, filled("a=", "b"), find_cookie},
    {"cookies: semicolons", 8 * kib, filled("", ";"), find_cookie},
    {"cookies: blanks", 8 * kib, filled("", " ;  "), find_cookie},
    {"headers: a list of tokens", 8 * kib, filled("", "br, "), find_token},
    {"headers: a list of commas", 8 * kib, filled("", ","), find_token},
    {"headers: a token with parameters", 8 * kib, filled("", ";q=0"), find_token},
    {"headers: blanks in a list", 8 * kib, filled("", " \t", ",gzip"), find_token},
    {"headers: entity tags", 8 * kib, filled("", "W/\"1-s\", "), match_etag},
    {"headers: commas for entity tags", 8 * kib, filled("", ","), match_etag},
    {"headers: a long entity tag", 8 * kib, filled("\"", "1", "\""),
     [](const auto& tag) { http::EntityTag::parse(tag); }},
    {"headers: X-Forwarded-For", 8 * kib, filled("", "10.0.0.1, "),
     [](const auto& value) { client_of("X-Forwarded-For", value); }},
    {"headers: Forwarded", 8 * kib, filled("", "for=10.0.0.1;by=a,"),
     [](const auto& value) { client_of("Forwarded", value); }},
    {"headers: Forwarded with many pairs", 8 * kib, filled("", "by=a;"),
     [](const auto& value) { client_of("Forwarded", value); }},
    {"headers: credentials", 8 * kib, filled("Bearer ", " a"),
     [](const auto& value) {
       http::credentials_of(with_header("Authorization", value), "Bearer");
     }},
    {"request: many header fields", 1 * kib, filled(head, "A: bcdefghijklmnopq\r\n", "\r\n"),
     parse},
    {"request: a long header field", 4 * kib, filled(head + "A: ", "b", "\r\n\r\n"), parse},
    {"request: a long target", 2 * kib, filled("GET /", "a", " HTTP/1.1\r\nHost: kith\r\n\r\n"),
     parse},
    {"request: a header in small pieces", 2 * kib, filled(head + "A: ", "b", "\r\n\r\n"),
     parse_trickle},
    {"request: a body", 256 * kib, with_length, parse},
    {"request: a body in small pieces", 64 * kib, with_length, parse_trickle},
    {"request: chunks of a byte", 64 * kib,
     filled(head + "Transfer-Encoding: chunked\r\n\r\n", "1\r\na\r\n", "0\r\n\r\n"), parse},
    {"request: chunks in small pieces", 64 * kib,
     filled(head + "Transfer-Encoding: chunked\r\n\r\n", "1;a=b\r\na\r\n", "0\r\n\r\n"),
     parse_trickle},
};

const std::string& secret() {
  static const std::string key(32, 'k');
  return key;
}

std::string header_of_token() {
  const std::string token = crypto::TokenSigner(secret()).sign({});
  return token.substr(0, token.find('.') + 1);
}

const Parser token_parsers[] = {
    {"base64url: decoding", 128 * kib, filled("", "abcd"),
     [](const auto& text) { crypto::decode_base64url(text); }},
    {"base64url: encoding", 128 * kib, filled("", "abc"),
     [](const auto& text) {
       std::string out;
       crypto::append_base64url(out, text);
     }},
    {"cursor: a long one", 128, filled("", "abcd"),
     [](const auto& text) {
       return contacts::CursorCodec(secret()).decode(AccountId{}, "question", text).has_value();
     }},
    {"token: a long payload", 8 * kib, filled(header_of_token(), "abcd", ".abcd"),
     [](const auto& text) { crypto::TokenSigner(secret()).verify(text, now); }},
    {"token: points", 8 * kib, filled(header_of_token(), "."),
     [](const auto& text) { crypto::TokenSigner(secret()).verify(text, now); }},
};

TEST(LinearParsers, Json) {
  for (const Parser& parser : json_parsers) expect_linear(parser);
}

TEST(LinearParsers, Http) {
  for (const Parser& parser : http_parsers) expect_linear(parser);
}

TEST(LinearParsers, Tokens) {
  for (const Parser& parser : token_parsers) expect_linear(parser);
}

TEST(LinearParsers, TheMeasureDetectsQuadraticCost) {
  const auto visit = [](std::size_t times) {
    for (volatile std::size_t i = 0; i < times; i = i + 1) {
    }
  };
  const auto linear = [&](const std::string& text) { visit(16 * text.size()); };
  const auto quadratic = [&](const std::string& text) { visit(text.size() * text.size() / 64); };
  EXPECT_LE(growth_of({"linear", 8 * kib, filled("", "x"), linear}).ratio(), growth_max);
  // Other processes may slow down only the small input, but not repeatedly.
  constexpr int tries_max = 10;
  double ratio = 0;
  for (int i = 0; i < tries_max && ratio <= growth_max; ++i) {
    ratio = growth_of({"quadratic", 8 * kib, filled("", "x"), quadratic}).ratio();
  }
  EXPECT_GT(ratio, growth_max);
}

}  // namespace
}  // namespace kith::test
