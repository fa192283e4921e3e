#include "blob/blob_url.hpp"

#include <gmock/gmock.h>

#include "blob/blob_name.hpp"

namespace kith::blob {

namespace {

using testing::HasSubstr;
using testing::Not;

TEST(BlobName, IsRandomAndRoundTrips) {
  const BlobName name = BlobName::make();
  EXPECT_EQ(name.text.size(), 32U);
  EXPECT_NE(name, BlobName::make());
  EXPECT_EQ(BlobName::parse(name.text), name);
}

TEST(BlobName, RefusesOtherTexts) {
  const std::string digits(31, 'a');
  for (const std::string& text : {std::string(), digits, digits + "aa", digits + "A", digits + "/",
                                  digits + ".", std::string("../../../../../../../etc/passwd")}) {
    EXPECT_FALSE(BlobName::parse(text)) << text;
  }
}

TEST(BlobUrl, ReadsAFolder) {
  EXPECT_EQ(BlobUrl::parse("")->scheme, Scheme::file);
  EXPECT_EQ(BlobUrl::parse("file:/var/lib/a b")->path, "/var/lib/a b");
}

TEST(BlobUrl, ReadsABucket) {
  const auto url = BlobUrl::parse("s3://AK:a%2Fb+c@127.0.0.1:9000/pictures?region=eu-1&tls=off");
  ASSERT_TRUE(url) << url.error();
  EXPECT_EQ(url->scheme, Scheme::s3);
  EXPECT_EQ(url->key, "AK");
  EXPECT_EQ(url->secret, "a/b+c");
  EXPECT_EQ(url->host, "127.0.0.1:9000");
  EXPECT_EQ(url->path, "pictures");
  EXPECT_EQ(url->option("region", ""), "eu-1");
  EXPECT_EQ(url->option("tls", "on"), "off");
}

TEST(BlobUrl, ReadsACloudinaryAccount) {
  const auto url = BlobUrl::parse("cloudinary://1:s@demo?api_base=http://127.0.0.1:1/v1_1");
  ASSERT_TRUE(url) << url.error();
  EXPECT_EQ(url->host, "demo");
  EXPECT_EQ(url->option("api_base", ""), "http://127.0.0.1:1/v1_1");
}

TEST(BlobUrl, IsRefusedWithoutShowingItsSecret) {
  for (const char* text :
       {"nonsense", "ftp://a:hidden@b/c", "file:", "s3:", "s3://hidden", "s3://a:hidden@host",
        "s3://:hidden@host/bucket", "s3://a:@host/bucket", "s3://a:hidden%2@host/bucket",
        "s3://a:hidden@host/bucket/deeper", "s3://a:hidden@host/bucket?tls=maybe",
        "s3://a:hidden@host/bucket?region=a/b", "s3://a:hidden@host/bucket?other=1",
        "cloudinary://a:hidden@cloud/path", "cloudinary://a:hidden@cloud?api_base=ftp://x",
        "cloudinary://a:hidden@cloud?signature=md5"}) {
    const auto url = BlobUrl::parse(text);
    ASSERT_FALSE(url) << text;
    EXPECT_THAT(std::string(url.error()), Not(HasSubstr("hidden"))) << text;
  }
}

}  // namespace

}  // namespace kith::blob
