#include "http/multipart.hpp"

#include <gtest/gtest.h>

namespace kith::http {

namespace {

using namespace std::string_literals;

constexpr std::string_view type = "multipart/form-data; boundary=xyz";
const std::string disposition = "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"";
const std::string head = "--xyz\r\n" + disposition + "\r\nContent-Type: image/png\r\n\r\n";

TEST(Multipart, GivesTheOctetsOfTheFile) {
  const std::string octets = "any\0thing\r\n--xy\r\n\r\n--\xFF"s;
  for (const auto& end : {"\r\n--xyz--\r\n"s, "\r\n--xyz--"s}) {
    const std::string body = head + octets + end;
    const auto file = only_file_of(type, body);
    ASSERT_TRUE(file) << file.error().detail;
    EXPECT_EQ(*file, octets);
  }
}

TEST(Multipart, TheFileMayBeEmpty) { EXPECT_EQ(only_file_of(type, head + "\r\n--xyz--\r\n"), ""); }

TEST(Multipart, BoundariesAreWrittenInSeveralWays) {
  for (const auto& [content_type, boundary] :
       {std::pair("multipart/form-data; boundary=\"a b\""s, "a b"s),
        std::pair("Multipart/Form-Data; charset=utf-8; BOUNDARY=----WebKitFormBoundary7MA4Y"s,
                  "----WebKitFormBoundary7MA4Y"s),
        std::pair("multipart/form-data;boundary="s + std::string(70, 'b'), std::string(70, 'b'))}) {
    const std::string body =
        "--" + boundary + "\r\n" + disposition + "\r\n\r\noctets\r\n--" + boundary + "--\r\n";
    EXPECT_EQ(only_file_of(content_type, body), "octets") << content_type;
  }
}

struct Wrong {
  const char* name;
  std::string type;
  std::string body;
};

class WrongMultipart : public testing::TestWithParam<Wrong> {};

TEST_P(WrongMultipart, IsRefused) {
  const auto file = only_file_of(GetParam().type, GetParam().body);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, Errc::malformed);
}

const std::string end = "\r\n--xyz--\r\n";

INSTANTIATE_TEST_SUITE_P(
    Bodies, WrongMultipart,
    testing::Values(
        Wrong{"NoBoundary", "multipart/form-data", head + "o" + end},
        Wrong{"EmptyBoundary", "multipart/form-data; boundary=", head + "o" + end},
        Wrong{"OddBoundary", "multipart/form-data; boundary=\"x\ty\"", head + "o" + end},
        Wrong{"OpenQuote", "multipart/form-data; boundary=\"xyz", head + "o" + end},
        Wrong{"LongBoundary", "multipart/form-data; boundary=" + std::string(71, 'b'),
              "--" + std::string(71, 'b')},
        Wrong{"Nothing", std::string(type), ""},
        Wrong{"Preamble", std::string(type), "hello\r\n" + head + "o" + end},
        Wrong{"OtherBoundary", std::string(type),
              "--abc\r\n" + disposition + "\r\n\r\no\r\n--abc--"},
        Wrong{"NoParts", std::string(type), "--xyz--\r\n"},
        Wrong{"NoHeader", std::string(type), "--xyz\r\n\r\no" + end},
        Wrong{"NoBlankLine", std::string(type), "--xyz\r\n" + disposition + "\r\n"},
        Wrong{"NoColon", std::string(type), "--xyz\r\nnonsense\r\n\r\no" + end},
        Wrong{"NoFileName", std::string(type),
              "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\no" + end},
        Wrong{"NoFormData", std::string(type),
              "--xyz\r\nContent-Disposition: attachment; filename=\"a\"\r\n\r\no" + end},
        Wrong{"LongHeader", std::string(type),
              "--xyz\r\nX: " + std::string(5000, 'x') + "\r\n" + disposition + "\r\n\r\no" + end},
        Wrong{
            "Encoded", std::string(type),
            "--xyz\r\n" + disposition + "\r\nContent-Transfer-Encoding: base64\r\n\r\nbw==" + end},
        Wrong{"NoEnd", std::string(type), head + "octets"},
        Wrong{"TwoFiles", std::string(type), head + "o\r\n" + head + "o" + end},
        Wrong{"Epilogue", std::string(type), head + "o" + end + "more"},
        Wrong{"BareNewlines", std::string(type), "--xyz\n" + disposition + "\n\no\n--xyz--\n"}),
    [](const auto& each) { return each.param.name; });

TEST(Parameter, IsFoundByName) {
  constexpr std::string_view header = "form-data; name=\"a;b=\\\"c\\\"\"; filename=x.png ;size=3";
  EXPECT_EQ(parameter_of(header, "name"), "a;b=\"c\"");
  EXPECT_EQ(parameter_of(header, "FileName"), "x.png");
  EXPECT_EQ(parameter_of(header, "size"), "3");
  EXPECT_EQ(parameter_of(header, "b"), std::nullopt);
  EXPECT_EQ(parameter_of("form-data", "name"), std::nullopt);
  EXPECT_EQ(parameter_of("form-data; name", "name"), std::nullopt);
  EXPECT_EQ(parameter_of("form-data; name; name=a", "name"), std::nullopt);
}

}  // namespace

}  // namespace kith::http
