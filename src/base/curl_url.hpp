#pragma once

#include <memory>
#include <optional>
#include <string>

#include <curl/curl.h>

namespace kith {

/// Frees a CurlUrl.
struct FreeCurlUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

/// A URL parsed by libcurl.
using CurlUrl = std::unique_ptr<CURLU, FreeCurlUrl>;

/// Returns a decoded part of the URL: empty if it is absent, nothing if it contains control
/// characters.
std::optional<std::string> part_of(CURLU* url, CURLUPart part);

}  // namespace kith
