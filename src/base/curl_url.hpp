#pragma once

#include <memory>
#include <optional>
#include <string>

#include <curl/curl.h>

namespace kith {

/// How a CurlUrl ends.
struct FreeCurlUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

/// A URL that libcurl has taken apart.
using CurlUrl = std::unique_ptr<CURLU, FreeCurlUrl>;

/// A part of the URL, decoded; empty when it has none, nothing when it holds control characters.
std::optional<std::string> part_of(CURLU* url, CURLUPart part);

}  // namespace kith
