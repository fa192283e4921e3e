#include "mail/smtp/smtp.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <new>
#include <stdexcept>
#include <utility>

#include <curl/curl.h>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "mail/mime.hpp"
#include "mail/smtp/conversation.hpp"

namespace kith::mail::smtp {

namespace {

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

void start_curl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) throw std::runtime_error("libcurl cannot be initialized");
}

/// The delivery of a message, or a check of the connection and the credentials.
class Delivery {
 public:
  Delivery(const Url& url, const std::stop_token& stop)
      : url_(url), stop_(stop), handle_(curl_easy_init()) {
    if (!handle_) throw std::bad_alloc();
  }

  void carry(const Message& message) {
    rest_ = message.bytes;
    recipients_.reset(curl_slist_append(nullptr, ("<" + message.recipient + ">").c_str()));
    if (!recipients_) throw std::bad_alloc();
    set(CURLOPT_MAIL_FROM, ("<" + message.sender + ">").c_str());
    set(CURLOPT_MAIL_RCPT, recipients_.get());
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(message.bytes.size()));
    set(CURLOPT_READFUNCTION, &Delivery::on_read);
    set(CURLOPT_READDATA, this);
  }

  void carry_nothing() {
    set(CURLOPT_NOBODY, 1L);
    set(CURLOPT_CUSTOMREQUEST, "NOOP");
  }

  void go_to(const std::string& own_host) {
    const char* scheme = url_.security == Security::tls ? "smtps://" : "smtp://";
    set(CURLOPT_URL, (scheme + url_.place() + "/" + own_host).c_str());
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_PROXY, "");  // ignore the environment
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(limits::mail_connect_timeout));
    set(CURLOPT_TIMEOUT_MS, milliseconds(limits::mail_send_timeout));
    if (!url_.user.empty()) {
      set(CURLOPT_USERNAME, url_.user.c_str());
      set(CURLOPT_PASSWORD, url_.password.c_str());
    }
  }

  void be_safe() {
    set(CURLOPT_USE_SSL,
        static_cast<long>(url_.security == Security::none ? CURLUSESSL_NONE : CURLUSESSL_ALL));
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    if (!url_.ca_file.empty()) set(CURLOPT_CAINFO, url_.ca_file.c_str());
  }

  void follow() {
    set(CURLOPT_ERRORBUFFER, error_.data());
    set(CURLOPT_VERBOSE, 1L);  // required for the debug function
    set(CURLOPT_DEBUGFUNCTION, &Delivery::on_debug);
    set(CURLOPT_DEBUGDATA, this);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &Delivery::on_progress);
    set(CURLOPT_XFERINFODATA, this);
  }

  /// Blocks until the server has accepted the message, or sending has failed.
  std::expected<void, Failure> perform() {
    const CURLcode code = curl_easy_perform(handle_.get());
    if (code == CURLE_OK) return {};
    return std::unexpected(failure_of(code));
  }

 private:
  template <class T>
  void set(CURLoption option, T value) {
    const CURLcode code = curl_easy_setopt(handle_.get(), option, value);
    if (code != CURLE_OK) throw std::runtime_error(curl_easy_strerror(code));
  }

  static long milliseconds(std::chrono::milliseconds time) {
    return static_cast<long>(time.count());
  }

  Failure failure_of(CURLcode code) const {
    if (code == CURLE_ABORTED_BY_CALLBACK) return {FailureKind::stopped, "the server is stopping"};
    if (auto refusal = conversation_.refusal()) {
      return {refusal->kind, without_password(std::move(refusal->reason))};
    }
    const std::string_view said = error_.data();
    const std::string reason = said.empty() ? curl_easy_strerror(code) : one_line(said);
    return {kind_of(code),
            without_password(std::string(cut(reason, limits::mail_error_bytes_max)))};
  }

  static FailureKind kind_of(CURLcode code) {
    switch (code) {
      case CURLE_LOGIN_DENIED: return FailureKind::login;
      case CURLE_USE_SSL_FAILED:
      case CURLE_SSL_CONNECT_ERROR:
      case CURLE_SSL_CACERT_BADFILE:
      case CURLE_PEER_FAILED_VERIFICATION: return FailureKind::tls;
      default: return FailureKind::connection;
    }
  }

  /// Removes the password from a text, whether the server or libcurl wrote it.
  std::string without_password(std::string text) const {
    if (url_.password.empty()) return text;
    for (auto at = text.find(url_.password); at != std::string::npos;) {
      text.replace(at, url_.password.size(), "***");
      at = text.find(url_.password, at + 3);
    }
    return text;
  }

  static std::size_t on_read(char* out, std::size_t size, std::size_t count, void* self) {
    std::string_view& rest = static_cast<Delivery*>(self)->rest_;
    const std::size_t taken = rest.copy(out, size * count);
    rest.remove_prefix(taken);
    static_cast<Delivery*>(self)->on_its_way_ = true;
    return taken;
  }

  static int on_debug(CURL*, curl_infotype type, char* data, std::size_t size, void* self) {
    auto& conversation = static_cast<Delivery*>(self)->conversation_;
    if (type == CURLINFO_HEADER_OUT) conversation.on_sent({data, size});
    if (type == CURLINFO_HEADER_IN) conversation.on_received({data, size});
    return 0;
  }

  /// Called about once a second. A message in transmission is not aborted, because the server may
  /// already have it.
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    const auto* delivery = static_cast<Delivery*>(self);
    return delivery->stop_.stop_requested() && !delivery->on_its_way_ ? 1 : 0;
  }

  const Url& url_;
  std::string_view rest_ = {};  // of the message
  const std::stop_token& stop_;
  bool on_its_way_ = false;
  Conversation conversation_;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::unique_ptr<curl_slist, FreeList> recipients_;
  std::unique_ptr<CURL, FreeHandle> handle_;  // last: it calls back while it is closed
};

}  // namespace

SmtpTransport::SmtpTransport(Url url, std::string own_host)
    : url_(std::move(url)), own_host_(std::move(own_host)) {
  start_curl();
}

std::expected<std::string, Failure> SmtpTransport::send(const Message& message,
                                                        const std::stop_token& stop) {
  Delivery delivery(url_, stop);
  delivery.carry(message);
  delivery.go_to(own_host_);
  delivery.be_safe();
  delivery.follow();
  if (auto sent = delivery.perform(); !sent) return std::unexpected(std::move(sent.error()));
  return "sent through " + url_.place();
}

std::expected<void, Failure> SmtpTransport::check() {
  const std::stop_token never;
  Delivery visit(url_, never);
  visit.carry_nothing();
  visit.go_to(own_host_);
  visit.be_safe();
  visit.follow();
  return visit.perform();
}

std::string SmtpTransport::description() const {
  return "the mail server " + url_.place() +
         (url_.security == Security::none ? ", unencrypted" : "");
}

}  // namespace kith::mail::smtp
