#include "http/multipart.hpp"

#include <gtest/gtest.h>

#include "base/limits.hpp"

namespace kith::http {

namespace {

using namespace std::string_literals;

constexpr std::string_view type = "multipart/form-data; boundary=xyz";
const std::string disposition = "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"";
const std::string head = "--xyz\r\n" + disposition + "\r\nContent-Type: image/png\r\n\r\n";

TEST(Multipart, ReturnsTheBytesOfTheFile) {
  const std::string bytes = "any\0thing\r\n--xy\r\n\r\n--\xFF"s;
  for (const auto& end : {"\r\n--xyz--\r\n"s, "\r\n--xyz--"s}) {
    const std::string body = head + bytes + end;
    const auto file = only_file_of(type, body);
    ASSERT_TRUE(file) << file.error().detail;
    EXPECT_EQ(*file, bytes);
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
        "--" + boundary + "\r\n" + disposition + "\r\n\r\nbytes\r\n--" + boundary + "--\r\n";
    EXPECT_EQ(only_file_of(content_type, body), "bytes") << content_type;
  }
}

std::string field(std::string_view name, std::string_view value) {
  return "--xyz\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"\r\n\r\n" +
         std::string(value) + "\r\n";
}

TEST(Multipart, FieldsAroundTheFileAreSkipped) {
  const std::string no_file =
      "--xyz\r\nContent-Disposition: form-data; name=\"other\"; filename=\"\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n\r\n";
  const std::string encoded =
      "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n"
      "Content-Transfer-Encoding: 8bit\r\n\r\nb\r\n";
  const std::string file = head + "bytes\r\n";
  for (const std::string& body :
       {field("caption", "me") + file + "--xyz--\r\n", file + field("caption", "") + "--xyz--",
        field("a", "--xy") + encoded + no_file + file + field("b", "\r\n") + "--xyz--\r\n",
        no_file + file + "--xyz-- \r\n", "--xyz \t" + file.substr(5) + "--xyz--"}) {
    const auto found = only_file_of(type, body);
    ASSERT_TRUE(found) << found.error().detail << '\n' << body;
    EXPECT_EQ(*found, "bytes");
  }
}

TEST(Multipart, PreambleAndEpilogueAreIgnored) {
  const std::string file = head + "bytes" + "\r\n--xyz--";
  for (const std::string preamble : {"", "\r\n", "hello\r\n", "a\r\n--xy\r\n\r\n", "x--xyz\r\n"}) {
    for (const std::string epilogue : {"", "\r\n", "\r\nmore", " \r\n--xyz\r\nmore\r\n--xyz--"}) {
      const std::string body = preamble + file + epilogue;
      const auto found = only_file_of(type, body);
      ASSERT_TRUE(found) << found.error().detail << '\n' << body;
      EXPECT_EQ(*found, "bytes");
    }
  }
}

TEST(Multipart, SeveralFilesAreRefusedByName) {
  const auto found = only_file_of(type, head + "o\r\n" + head + "o\r\n--xyz--\r\n");
  ASSERT_FALSE(found);
  EXPECT_TRUE(found.error().detail.contains("several files")) << found.error().detail;
}

TEST(Multipart, LimitsTheNumberOfParts) {
  std::string body;
  for (std::size_t i = 1; i < limits::form_parts_max; ++i) body += field("a", "b");
  EXPECT_TRUE(only_file_of(type, body + head + "o\r\n--xyz--"));
  body += field("a", "b");
  EXPECT_FALSE(only_file_of(type, body + head + "o\r\n--xyz--"));
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
        Wrong{"BoundaryWithinALine", std::string(type), "hello" + head + "o" + end},
        Wrong{"OtherBoundary", std::string(type),
              "--abc\r\n" + disposition + "\r\n\r\no\r\n--abc--"},
        Wrong{"NoParts", std::string(type), "--xyz--\r\n"},
        Wrong{"NoHeader", std::string(type), "--xyz\r\n\r\no" + end},
        Wrong{"NoBlankLine", std::string(type), "--xyz\r\n" + disposition + "\r\n"},
        Wrong{"NoColon", std::string(type), "--xyz\r\nnonsense\r\n\r\no" + end},
        Wrong{"NoFileName", std::string(type),
              "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\no" + end},
        Wrong{"FieldsAlone", std::string(type), field("a", "b") + field("c", "d") + "--xyz--\r\n"},
        Wrong{"NoName", std::string(type),
              "--xyz\r\nContent-Disposition: form-data\r\n\r\nb\r\n" + head + "o" + end},
        Wrong{"LongerBoundary", std::string(type), head + "o\r\n--xyz1--\r\n--xyzz--\r\n"},
        Wrong{"NoFormData", std::string(type),
              "--xyz\r\nContent-Disposition: attachment; filename=\"a\"\r\n\r\no" + end},
        Wrong{"LongHeader", std::string(type),
              "--xyz\r\nX: " + std::string(5000, 'x') + "\r\n" + disposition + "\r\n\r\no" + end},
        Wrong{
            "Encoded", std::string(type),
            "--xyz\r\n" + disposition + "\r\nContent-Transfer-Encoding: base64\r\n\r\nbw==" + end},
        Wrong{"NoEnd", std::string(type), head + "bytes"},
        Wrong{"TwoFiles", std::string(type), head + "o\r\n" + head + "o" + end},
        Wrong{"TextBehindTheEnd", std::string(type), head + "o\r\n--xyz--more\r\n"},
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
