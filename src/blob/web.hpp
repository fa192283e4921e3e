#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"

namespace kith::blob {

/// A request to a remote service, and the service's name for the log.
struct WebRequest {
  std::string_view service;
  std::string method;
  std::string url;
  std::vector<std::string> headers = {};  ///< `Name: value`
  std::string body = {};
  std::size_t answer_bytes_max = limits::blob_answer_bytes_max;  ///< longer answers fail
};

/// The answer to a request.
struct WebAnswer {
  int status = 0;
  std::string body;
};

/// Sends a request and returns the answer, whatever its status; does not follow redirects. Blocks
/// for up to `limits::blob_timeout`. Errors: `unavailable` when there is no answer.
Result<WebAnswer> send(const WebRequest& request);

/// Returns the client's error for a failure of the service, and logs `reason`, which must not hold
/// a secret.
std::unexpected<Error> service_failed(std::string_view service, std::string_view reason);

}  // namespace kith::blob
