#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/time.hpp"

/// AWS Signature Version 4 as S3 requires it: paths are encoded once and payload hashes are signed.
namespace kith::blob::s3 {

/// The credentials and the region that sign a request.
struct Signer {
  std::string key_id;
  std::string secret;
  std::string region;
};

/// A request to be signed.
struct SignedRequest {
  std::string_view method;
  std::string path;  ///< percent-encoded, with the leading slash
  std::map<std::string, std::string, std::less<>> query;    ///< not encoded
  std::map<std::string, std::string, std::less<>> headers;  ///< names in lower case; with `host`
  std::string payload_hash;                                 ///< SHA-256 in hex, or UNSIGNED-PAYLOAD
};

/// Returns the time as `20130524T000000Z`.
std::string amz_date(Time now);

/// Returns the signature in hexadecimal.
std::string signature(const Signer& signer, const SignedRequest& request, Time now);

/// Returns the value of `Authorization`. REQUIRES: the headers hold `x-amz-date` of `now` and
/// `x-amz-content-sha256`.
std::string authorization(const Signer& signer, const SignedRequest& request, Time now);

/// Returns a query string, without the question mark, that allows a GET of `path` at `host` without
/// credentials for `seconds`.
std::string presigned_query(const Signer& signer, SignedRequest request, Time now, int seconds);

}  // namespace kith::blob::s3
