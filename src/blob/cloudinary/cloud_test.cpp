#include "blob/cloudinary/cloud.hpp"

#include <gtest/gtest.h>

namespace kith::blob::cloudinary {

namespace {

// The example of Cloudinary's documentation.
TEST(CloudinarySignature, MatchesTheDocumentation) {
  const Parameters parameters{{"timestamp", "1315060510"},
                              {"public_id", "sample_image"},
                              {"eager", "w_400,h_300,c_pad|w_260,h_200,c_crop"}};
  EXPECT_EQ(signature(parameters, "abcd", false), "bfd09f95f331f558cbd1320e67aa8d488770583e");
}

TEST(CloudinarySignature, MayBeLonger) {
  EXPECT_EQ(signature({{"timestamp", "1"}}, "abcd", true).size(), 64U);
  EXPECT_NE(signature({{"timestamp", "1"}}, "abcd", true),
            signature({{"timestamp", "1"}}, "abce", true));
}

TEST(Cloudinary, HasPublicAddresses) {
  const auto cloud = open(*BlobUrl::parse("cloudinary://1:s@demo"));
  EXPECT_EQ(cloud->public_base(), "https://res.cloudinary.com/demo/image/upload/");
}

}  // namespace

}  // namespace kith::blob::cloudinary
