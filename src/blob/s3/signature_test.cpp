#include "blob/s3/signature.hpp"

#include <gmock/gmock.h>

#include "crypto/digest.hpp"

/// The examples of the Amazon S3 API Reference, "Signature Calculations for the Authorization
/// Header" and "Authenticating Requests: Using Query Parameters".
namespace kith::blob::s3 {

namespace {

const Signer signer{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                    "us-east-1"};
const Time then = *Time::parse("2013-05-24T00:00:00Z");
const std::string host = "examplebucket.s3.amazonaws.com";
const std::string nothing = crypto::to_hex(crypto::sha256(""));

TEST(Signature, MatchesTheExampleOfAGet) {
  const SignedRequest request{.method = "GET",
                              .path = "/test.txt",
                              .query = {},
                              .headers = {{"host", host},
                                          {"range", "bytes=0-9"},
                                          {"x-amz-content-sha256", nothing},
                                          {"x-amz-date", amz_date(then)}},
                              .payload_hash = nothing};
  EXPECT_EQ(authorization(signer, request, then),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(Signature, MatchesTheExampleOfAPut) {
  const std::string payload = crypto::to_hex(crypto::sha256("Welcome to Amazon S3."));
  const SignedRequest request{.method = "PUT",
                              .path = "/test%24file.text",
                              .query = {},
                              .headers = {{"date", "Fri, 24 May 2013 00:00:00 GMT"},
                                          {"host", host},
                                          {"x-amz-content-sha256", payload},
                                          {"x-amz-date", amz_date(then)},
                                          {"x-amz-storage-class", "REDUCED_REDUNDANCY"}},
                              .payload_hash = payload};
  EXPECT_EQ(signature(signer, request, then),
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST(Signature, MatchesTheExampleOfAQuery) {
  for (const auto& [query, expected] :
       {std::pair(std::map<std::string, std::string, std::less<>>{{"lifecycle", ""}},
                  "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        std::pair(
            std::map<std::string, std::string, std::less<>>{{"max-keys", "2"}, {"prefix", "J"}},
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")}) {
    const SignedRequest request{.method = "GET",
                                .path = "/",
                                .query = query,
                                .headers = {{"host", host},
                                            {"x-amz-content-sha256", nothing},
                                            {"x-amz-date", amz_date(then)}},
                                .payload_hash = nothing};
    EXPECT_EQ(signature(signer, request, then), expected);
  }
}

TEST(Signature, MatchesTheExampleOfAPresignedUrl) {
  const SignedRequest request{.method = "GET",
                              .path = "/test.txt",
                              .query = {},
                              .headers = {{"host", host}},
                              .payload_hash = {}};
  EXPECT_EQ(presigned_query(signer, request, then, 86400),
            "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2F"
            "us-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&"
            "X-Amz-SignedHeaders=host&X-Amz-Signature="
            "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
}

}  // namespace

}  // namespace kith::blob::s3
