#include "image/kind.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kith::image {

namespace {

using namespace std::string_literals;

TEST(Kind, IsToldByTheFirstOctets) {
  EXPECT_EQ(kind_of("\xFF\xD8\xFF\xE0 and so on"), Kind::jpeg);
  EXPECT_EQ(kind_of("\x89PNG\r\n\x1A\n"), Kind::png);
  EXPECT_EQ(kind_of("GIF87a"), Kind::gif);
  EXPECT_EQ(kind_of("GIF89a..."), Kind::gif);
  EXPECT_EQ(kind_of("RIFF\x10\0\0\0WEBPVP8 "s), Kind::webp);
  EXPECT_EQ(kind_of("\0\0\0\x18"s + "ftypheic"), Kind::heif);
  EXPECT_EQ(kind_of("%PDF-1.7"), Kind::pdf);
}

TEST(Kind, MarkupIsSvgWhereverTheTagStands) {
  EXPECT_EQ(kind_of("<svg xmlns='http://www.w3.org/2000/svg'/>"), Kind::svg);
  EXPECT_EQ(kind_of("\xEF\xBB\xBF \r\n<?xml version='1.0'?><!-- a -->\n<svg/>"), Kind::svg);
  EXPECT_EQ(kind_of("<html>"), Kind::unknown);
  EXPECT_EQ(kind_of("not <svg"), Kind::unknown);
}

TEST(Kind, IsUnknownOtherwise) {
  for (const auto& bytes : {""s, "\0"s, "\xFF\xD8"s, "\x89PNG\n"s, "GIF88a"s, "RIFF"s,
                            "RIFX\x10\0\0\0WEBP"s, "RIFF\x10\0\0\0WAVE"s, "BM"s, "text"s}) {
    EXPECT_EQ(kind_of(bytes), Kind::unknown) << bytes;
  }
}

TEST(Kind, FourAreTaken) {
  for (const Kind kind : {Kind::jpeg, Kind::png, Kind::webp, Kind::gif}) {
    EXPECT_TRUE(is_taken(kind)) << name_of(kind);
  }
  for (const Kind kind : {Kind::svg, Kind::heif, Kind::pdf, Kind::unknown}) {
    EXPECT_FALSE(is_taken(kind)) << name_of(kind);
  }
}

}  // namespace

}  // namespace kith::image
