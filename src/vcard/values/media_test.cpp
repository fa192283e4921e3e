#include "vcard/values/media.hpp"

#include <string>
#include <tuple>

#include <gtest/gtest.h>

namespace kith::vcard {
namespace {

using namespace std::string_literals;
using Kind = Media::Kind;

struct Row {
  const char* line;  ///< of a card of 3.0
  Kind kind;
  std::string content;
  const char* media_type = "";
};

class MediaRead : public testing::TestWithParam<Row> {};

TEST_P(MediaRead, LooksAtTheValue) {
  const Row& row = GetParam();
  const auto document = read("BEGIN:VCARD\r\nVERSION:3.0\r\n"s + row.line + "\r\nEND:VCARD\r\n");
  ASSERT_TRUE(document);
  const Line line = document->line(2);
  const Media media = media_of(line, meaning_of(line.params()));
  EXPECT_EQ(media.kind, row.kind) << row.line;
  EXPECT_EQ(media.content, row.content) << row.line;
  EXPECT_EQ(media.media_type, row.media_type) << row.line;
}

INSTANTIATE_TEST_SUITE_P(
    Values, MediaRead,
    testing::Values(
        Row{"PHOTO;ENCODING=b;TYPE=JPEG:/9j/\r\n 4A==", Kind::data, "\xFF\xD8\xFF\xE0",
            "image/jpeg"},
        Row{"PHOTO;ENCODING=b,b;TYPE=PNG:iVBORw0KGgo=:", Kind::text, "iVBORw0KGgo=:"},
        Row{"PHOTO;VALUE=URI:R0lGODlh", Kind::data, "GIF89a", "image/gif"},
        Row{"PHOTO;ENCODING=b;TYPE=PNG:R0lGODlh", Kind::data, "GIF89a", "image/gif"},
        Row{"PHOTO;ENCODING=b;TYPE=X-RAW:Zm9v", Kind::data, "foo", "image/x-raw"},
        Row{"PHOTO;ENCODING=b:Zm9v", Kind::data, "foo", ""},
        Row{"PHOTO:data:image/gif;base64,R0lGODlh", Kind::data, "GIF89a", "image/gif"},
        Row{"PHOTO;ENCODING=b:DATA:image/gif\\;base64\\,R0lGODlh", Kind::data, "GIF89a",
            "image/gif"},
        Row{"PHOTO:data:image/x-raw;a=b;base64,Zm9v", Kind::data, "foo", "image/x-raw"},
        Row{"PHOTO:data:;base64,Zm9v", Kind::data, "foo", ""},
        Row{"PHOTO:data:image/x-raw,a%20b", Kind::data, "a b", "image/x-raw"},
        Row{"PHOTO:data:image/gif;base64,%52%30lGODlh", Kind::data, "GIF89a", "image/gif"},
        Row{"PHOTO:data:image/gif;base64,!!", Kind::uri, "data:image/gif;base64,!!"},
        Row{"PHOTO:data:nothing", Kind::uri, "data:nothing"},
        Row{"PHOTO:https://x.example/a.jpg", Kind::uri, "https://x.example/a.jpg"},
        Row{"PHOTO;ENCODING=b:http\\://x.example/a\\,b", Kind::uri, "http://x.example/a,b"},
        Row{"PHOTO;VALUE=URI:", Kind::none, ""}, Row{"PHOTO: ", Kind::none, ""},
        Row{"PHOTO:Zm9v", Kind::text, "Zm9v"}, Row{"SOUND:R0lGODlh", Kind::text, "R0lGODlh"},
        Row{"SOUND;ENCODING=b;TYPE=WAVE:Zm9v", Kind::data, "foo", "audio/wav"},
        Row{"KEY;TYPE=PGP;ENCODING=b:Zm9v", Kind::data, "foo", "application/pgp-keys"},
        Row{"KEY;TYPE=WORK,X509;ENCODING=b:Zm9v", Kind::data, "foo", "application/pkix-cert"},
        Row{"LOGO;TYPE=JPG;ENCODING=b:Zm9v", Kind::data, "foo", "image/jpeg"}));

TEST(Media, KnowsImagesByTheirFirstBytes) {
  EXPECT_EQ(image_type("\xFF\xD8\xFF\xE1"), "image/jpeg");
  EXPECT_EQ(image_type("RIFF\x01\x01\x01\x01WEBP"), "image/webp");
  EXPECT_EQ(image_type("\1\1\1\1ftypheic"), "image/heic");
  EXPECT_EQ(image_type("II*\0"s), "image/tiff");
  EXPECT_EQ(image_type(""), "");
  EXPECT_EQ(image_type("plain text"), "");
}

TEST(Media, TypesAndMediaTypesLeadBack) {
  for (const auto& [name, type, media_type] :
       {std::tuple{"PHOTO", "jpeg", "image/jpeg"}, std::tuple{"SOUND", "basic", "audio/basic"},
        std::tuple{"SOUND", "wave", "audio/wav"}, std::tuple{"KEY", "pgp", "application/pgp-keys"},
        std::tuple{"KEY", "x509", "application/pkix-cert"}}) {
    EXPECT_EQ(media_type_of(name, type), media_type);
    std::string upper_type = type;
    for (char& c : upper_type) c = static_cast<char>(std::toupper(c));
    EXPECT_EQ(type_of_media(media_type), upper_type);
  }
  EXPECT_EQ(media_type_of("PHOTO", "image/png"), "image/png");
  EXPECT_EQ(media_type_of("PHOTO", "a b"), "");
}

}  // namespace
}  // namespace kith::vcard
