#include "cli/healthcheck.hpp"

#include <memory>
#include <string>

#include <curl/curl.h>
#include <fmt/core.h>

namespace kith::cli {

namespace {

struct EndTransfer {
  void operator()(CURL* transfer) const { curl_easy_cleanup(transfer); }
};

/// Returns the server's URL on this machine, regardless of its public address.
std::string url_of(app::Settings settings) {
  settings.public_url.clear();
  return settings.base_url(settings.listen.endpoint()) + "/readyz";
}

std::size_t ignore_body(const char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

}  // namespace

int check_health(const app::Settings& settings) {
  constexpr long timeout_ms = 5000;
  constexpr long ok = 200;
  const std::unique_ptr<CURL, EndTransfer> transfer(curl_easy_init());
  curl_easy_setopt(transfer.get(), CURLOPT_URL, url_of(settings).c_str());
  curl_easy_setopt(transfer.get(), CURLOPT_PROXY, "");
  curl_easy_setopt(transfer.get(), CURLOPT_TIMEOUT_MS, timeout_ms);
  curl_easy_setopt(transfer.get(), CURLOPT_WRITEFUNCTION, &ignore_body);
  // The certificate is for the server's public name, which is not used here. The request contains
  // no secret.
  curl_easy_setopt(transfer.get(), CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(transfer.get(), CURLOPT_SSL_VERIFYHOST, 0L);
  const CURLcode code = curl_easy_perform(transfer.get());
  if (code != CURLE_OK) {
    fmt::print(stderr, "not ready: {}\n", curl_easy_strerror(code));
    return 1;
  }
  long status = 0;
  curl_easy_getinfo(transfer.get(), CURLINFO_RESPONSE_CODE, &status);
  fmt::print("{}\n", status == ok ? "ready" : "not ready");
  return status == ok ? 0 : 1;
}

}  // namespace kith::cli
