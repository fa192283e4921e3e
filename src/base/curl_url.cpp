#include "base/curl_url.hpp"

namespace kith {

std::optional<std::string> part_of(CURLU* url, CURLUPart part) {
  char* text = nullptr;
  const CURLUcode code = curl_url_get(url, part, &text, CURLU_URLDECODE);
  const std::unique_ptr<char, decltype(&curl_free)> owned(text, &curl_free);
  if (code == CURLUE_OK) return std::string(text);
  const bool absent = code == CURLUE_NO_USER || code == CURLUE_NO_PASSWORD ||
                      code == CURLUE_NO_PORT || code == CURLUE_NO_QUERY ||
                      code == CURLUE_NO_FRAGMENT;
  return absent ? std::optional<std::string>("") : std::nullopt;
}

}  // namespace kith
