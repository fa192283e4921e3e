#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/time.hpp"

/// AWS Signature Version 4 as S3 wants it: one encoding of the path, signed payload hashes.
namespace kith::blob::s3 {

/// Who signs, and for which region.
struct Signer {
  std::string key_id;
  std::string secret;
  std::string region;
};

/// What is signed.
struct SignedRequest {
  std::string_view method;
  std::string path;                                         ///< encoded, from the first slash on
  std::map<std::string, std::string, std::less<>> query;    ///< not encoded
  std::map<std::string, std::string, std::less<>> headers;  ///< names in lower case; `host` too
  std::string payload_hash;                                 ///< SHA-256 in hex, or UNSIGNED-PAYLOAD
};

/// `20130524T000000Z`.
std::string amz_date(Time now);

/// The signature in hexadecimal.
std::string signature(const Signer& signer, const SignedRequest& request, Time now);

/// The value of `Authorization`. REQUIRES: the headers hold `x-amz-date` of `now` and
/// `x-amz-content-sha256`.
std::string authorization(const Signer& signer, const SignedRequest& request, Time now);

/// The query string, without its question mark, that makes a GET of `path` at `host` everybody's
/// for `seconds`.
std::string presigned_query(const Signer& signer, SignedRequest request, Time now, int seconds);

}  // namespace kith::blob::s3
