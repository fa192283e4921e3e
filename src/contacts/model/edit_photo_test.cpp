#include "contacts/model/edit_photo.hpp"

#include <string>

#include <gtest/gtest.h>

#include "contacts/model/projection.hpp"

namespace kith::contacts {

namespace {

constexpr Time now{1'800'000'000'000'000};
const std::string old_jpeg = "\xFF\xD8\xFF old";
const std::string new_jpeg = "\xFF\xD8\xFF new";
constexpr std::string_view old_text = "/9j/IG9sZA==";
constexpr std::string_view new_text = "/9j/IG5ldw==";

/// Returns a card, each `|` of which is a line end and each `$` the old photo.
Card card_of(std::string_view lines, std::string_view version = "3.0") {
  std::string text = "BEGIN:VCARD|VERSION:" + std::string(version) + "|N:A;B;;;|FN:B A|";
  text.append(lines).append("END:VCARD|");
  std::string bytes;
  for (const char c : text) {
    if (c == '|') {
      bytes += "\r\n";
    } else if (c == '$') {
      bytes += old_text;
    } else {
      bytes += c;
    }
  }
  auto card = Card::parse(std::move(bytes), true);
  EXPECT_TRUE(card);
  return *std::move(card);
}

struct Row {
  const char* name;
  std::string_view version;
  std::string_view before;
  std::string_view after;
};

class PhotoEdits : public testing::TestWithParam<Row> {};

TEST_P(PhotoEdits, WriteTheShownLine) {
  const auto& [name, version, before, after] = GetParam();
  std::string expected(after);
  for (auto at = expected.find('%'); at != std::string::npos; at = expected.find('%')) {
    expected.replace(at, 1, new_text);
  }
  const auto edited = with_photo(card_of(before, version), new_jpeg, now);
  ASSERT_TRUE(edited);
  EXPECT_EQ(edited->bytes(), card_of(expected, version).bytes());
  EXPECT_EQ(photo_of(*edited).content, new_jpeg);
  EXPECT_EQ(photo_of(*edited).media_type, "image/jpeg");
  EXPECT_EQ(edited->favorite(), true);
  const auto again = with_photo(*edited, new_jpeg, now);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->bytes(), edited->bytes()) << "the same photo changes nothing";
}

INSTANTIATE_TEST_SUITE_P(
    Cards, PhotoEdits,
    testing::Values(
        Row{"adds3", "3.0", "NOTE:x|", "NOTE:x|PHOTO;ENCODING=b;TYPE=JPEG:%|"},
        Row{"adds4", "4.0", "NOTE:x|", "NOTE:x|PHOTO:data:image/jpeg;base64,%|"},
        Row{"adds2", "2.1", "NOTE:x|", "NOTE:x|PHOTO;ENCODING=BASE64;JPEG:%||"},
        Row{"adds_before_rev", "3.0", "REV:20200101T000000Z|",
            "PHOTO;ENCODING=b;TYPE=JPEG:%|REV:20270115T080000Z|"},
        Row{"replaces3", "3.0", "PHOTO;ENCODING=b;TYPE=JPEG:$|NOTE:x|",
            "PHOTO;ENCODING=b;TYPE=JPEG:%|NOTE:x|"},
        Row{"replaces4", "4.0", "PHOTO;PREF=1:data:image/png;base64,$|NOTE:x|",
            "PHOTO;PREF=1:data:image/jpeg;base64,%|NOTE:x|"},
        Row{"replaces2", "2.1", "PHOTO;JPEG;BASE64:$||NOTE:x|",
            "PHOTO;ENCODING=BASE64;JPEG:%||NOTE:x|"},
        Row{"keeps_group_and_places", "3.0",
            "item1.Photo;X-A=b;TYPE=home,png;VALUE=binary:$|item1.X-ABLabel:Me|",
            "item1.Photo;X-A=b;TYPE=home;ENCODING=b;TYPE=JPEG:%|item1.X-ABLabel:Me|"},
        Row{"drops_the_crop", "3.0",
            "PHOTO;X-ABCROP-RECTANGLE=ABClipRect_1&0&0&9&9&a;ENCODING=b;TYPE=PNG:$|",
            "PHOTO;ENCODING=b;TYPE=JPEG:%|"},
        Row{"replaces_an_address", "3.0", "PHOTO;VALUE=uri:https://example.org/a.png|",
            "PHOTO;ENCODING=b;TYPE=JPEG:%|"},
        Row{"replaces_the_shown_one_of_several", "3.0",
            "PHOTO;VALUE=uri:https://example.org/a.png|PHOTO;ENCODING=b:$|PHOTO;ENCODING=b:$|",
            "PHOTO;VALUE=uri:https://example.org/a.png|PHOTO;ENCODING=b;TYPE=JPEG:%|"
            "PHOTO;ENCODING=b:$|"},
        Row{"adds_behind_an_empty_one", "3.0", "PHOTO;VALUE=URI:|NOTE:x|",
            "PHOTO;VALUE=URI:|PHOTO;ENCODING=b;TYPE=JPEG:%|NOTE:x|"}),
    [](const auto& each) { return each.param.name; });

TEST(PhotoRemovals, TakeAllPhotosAndTheirLabels) {
  const Card card = card_of(
      "item1.PHOTO;ENCODING=b;TYPE=JPEG:$|item1.X-ABLabel:Me|NOTE:x|"
      "PHOTO;VALUE=uri:https://example.org/a.png|PHOTO:|");
  const auto edited = without_photo(card, now);
  ASSERT_TRUE(edited);
  EXPECT_EQ(edited->bytes(), card_of("NOTE:x|").bytes());
  EXPECT_EQ(edited->favorite(), true);
}

TEST(PhotoRemovals, LeaveACardWithoutPhotosAlone) {
  const Card card = card_of("NOTE:x|REV:20200101T000000Z|");
  EXPECT_EQ(without_photo(card, now)->bytes(), card.bytes());
}

TEST(PhotoEditsOfLargePhotos, FoldTheLine) {
  const std::string large = "\xFF\xD8\xFF" + std::string(10'000, 'x');
  for (const std::string_view version : {"2.1", "3.0", "4.0"}) {
    const auto edited = with_photo(card_of("NOTE:x|", version), large, now);
    ASSERT_TRUE(edited);
    EXPECT_EQ(photo_of(*edited).content, large) << version;
    EXPECT_TRUE(edited->bytes().contains("\r\n ")) << version;
  }
}

}  // namespace

}  // namespace kith::contacts
