#include "blob/web.hpp"

#include <memory>

#include <curl/curl.h>
#include <spdlog/spdlog.h>

#include "base/limits.hpp"

namespace kith::blob {

namespace {

struct EndTransfer {
  void operator()(CURL* transfer) const { curl_easy_cleanup(transfer); }
};

/// Header lines in libcurl's format.
class HeaderLines {
 public:
  explicit HeaderLines(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) list_ = curl_slist_append(list_, line.c_str());
    // Small bodies are sent at once, without `Expect: 100-continue`.
    list_ = curl_slist_append(list_, "Expect:");
  }
  ~HeaderLines() { curl_slist_free_all(list_); }
  HeaderLines(const HeaderLines&) = delete;
  HeaderLines& operator=(const HeaderLines&) = delete;

  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

/// A response body with a size limit.
struct Body {
  std::string& bytes;
  std::size_t bytes_max;
};

std::size_t take_body(const char* bytes, std::size_t size, std::size_t count, void* to) {
  auto& body = *static_cast<Body*>(to);
  if (body.bytes.size() + size * count > body.bytes_max) return 0;  // aborts the transfer
  body.bytes.append(bytes, size * count);
  return size * count;
}

long milliseconds(std::chrono::milliseconds time) { return static_cast<long>(time.count()); }

}  // namespace

std::unexpected<Error> service_failed(std::string_view service, std::string_view reason) {
  spdlog::warn("{}: {}", service, reason);
  return std::unexpected(
      Error{.code = Errc::unavailable,
            .detail = "The picture store is unavailable. Try again shortly.",
            .retry_after_seconds = static_cast<int>(limits::blob_retry_after.count())});
}

Result<WebAnswer> send(const WebRequest& request) {
  // Runs once per process before any other use of libcurl; other threads wait for it.
  static const CURLcode prepared = curl_global_init(CURL_GLOBAL_DEFAULT);
  const std::unique_ptr<CURL, EndTransfer> owned(curl_easy_init());
  if (prepared != CURLE_OK || !owned) return service_failed(request.service, "libcurl failed");
  CURL* const transfer = owned.get();
  const HeaderLines headers(request.headers);
  WebAnswer answer;
  Body body{answer.body, request.answer_bytes_max};
  curl_easy_setopt(transfer, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(transfer, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(transfer, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  curl_easy_setopt(transfer, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(transfer, CURLOPT_USERAGENT, "kith");
  curl_easy_setopt(transfer, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(transfer, CURLOPT_TIMEOUT_MS, milliseconds(limits::blob_timeout));
  curl_easy_setopt(transfer, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(limits::blob_connect_timeout));
  curl_easy_setopt(transfer, CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(transfer, CURLOPT_WRITEDATA, &body);
  if (!request.body.empty()) {
    curl_easy_setopt(transfer, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(transfer, CURLOPT_POSTFIELDS, request.body.data());
  }
  const CURLcode code = curl_easy_perform(transfer);
  if (code != CURLE_OK) return service_failed(request.service, curl_easy_strerror(code));
  long status = 0;
  curl_easy_getinfo(transfer, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  return answer;
}

}  // namespace kith::blob
