#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/limits.hpp"
#include "base/result.hpp"

namespace kith::blob {

/// A request to a service elsewhere, and who it is to in the log.
struct WebRequest {
  std::string_view service;
  std::string method;
  std::string url;
  std::vector<std::string> headers = {};  ///< `Name: value`
  std::string body = {};
  std::size_t answer_bytes_max = limits::blob_answer_bytes_max;  ///< a longer one is a failure
};

/// What it answered.
struct WebAnswer {
  int status = 0;
  std::string body;
};

/// Sends one request and waits for the answer, whatever its status; follows no redirect. Blocks as
/// long as `limits::blob_timeout`. Errors: `unavailable` when there is no answer.
Result<WebAnswer> send(const WebRequest& request);

/// What a failure of the service is to a client; `reason`, which holds no secret, goes to the log.
std::unexpected<Error> service_failed(std::string_view service, std::string_view reason);

}  // namespace kith::blob
