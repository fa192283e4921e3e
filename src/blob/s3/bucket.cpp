#include "blob/s3/bucket.hpp"

#include <string>
#include <utility>

#include "base/limits.hpp"
#include "blob/s3/signature.hpp"
#include "blob/web.hpp"
#include "crypto/digest.hpp"

namespace kith::blob::s3 {

namespace {

constexpr std::string_view service = "the S3 store";

/// Returns the value of `Host`, without the scheme's default port.
std::string host_of(const BlobUrl& url, bool tls) {
  const std::string_view usual_port = tls ? ":443" : ":80";
  std::string host = url.host;
  if (host.ends_with(usual_port)) host.resize(host.size() - usual_port.size());
  return host;
}

class Bucket : public BlobStore {
 public:
  explicit Bucket(const BlobUrl& url)
      : tls_(url.option("tls", "on") == "on"),
        host_(host_of(url, tls_)),
        bucket_(url.path),
        signer_{url.key, url.secret, url.option("region", "us-east-1")} {}

  Result<void> put(const BlobName& name, std::string_view bytes) override {
    WebRequest request = request_for("PUT", name, bytes);
    request.headers.emplace_back("Content-Type: image/webp");
    request.body = bytes;
    return checked(send(request), false);
  }

  Result<void> remove(const BlobName& name) override {
    return checked(send(request_for("DELETE", name, "")), true);
  }

  Result<StoredBlob> get(const BlobName& name, Time now) override {
    constexpr auto lifetime = std::chrono::seconds(limits::blob_link_lifetime);
    const SignedRequest request{.method = "GET",
                                .path = path_of(name),
                                .query = {},
                                .headers = {{"host", host_}},
                                .payload_hash = {}};
    return StoredBlob{
        {},
        address_of(name) + "?" +
            presigned_query(signer_, request, now, static_cast<int>(lifetime.count()))};
  }

  std::string public_base() const override { return {}; }

 private:
  std::string path_of(const BlobName& name) const {
    return ("/" + bucket_ + "/" + name.text).append(blob_suffix);
  }

  std::string address_of(const BlobName& name) const {
    return (tls_ ? "https://" : "http://") + host_ + path_of(name);
  }

  WebRequest request_for(std::string_view method, const BlobName& name,
                         std::string_view body) const {
    const Time now = Clock().now();
    SignedRequest signing{.method = method,
                          .path = path_of(name),
                          .query = {},
                          .headers = {{"host", host_}, {"x-amz-date", amz_date(now)}},
                          .payload_hash = crypto::to_hex(crypto::sha256(body))};
    signing.headers["x-amz-content-sha256"] = signing.payload_hash;
    return {.service = service,
            .method = std::string(method),
            .url = address_of(name),
            .headers = {"x-amz-date: " + signing.headers["x-amz-date"],
                        "x-amz-content-sha256: " + signing.payload_hash,
                        "Authorization: " + authorization(signer_, signing, now)}};
  }

  static Result<void> checked(const Result<WebAnswer>& answer, bool may_be_gone) {
    if (!answer) return std::unexpected(answer.error());
    const bool done = answer->status >= 200 && answer->status < 300;
    if (done || (may_be_gone && answer->status == 404)) return {};
    return service_failed(service, "answered " + std::to_string(answer->status));
  }

  bool tls_;
  std::string host_;
  std::string bucket_;
  Signer signer_;
};

}  // namespace

std::unique_ptr<BlobStore> open(const BlobUrl& url) { return std::make_unique<Bucket>(url); }

}  // namespace kith::blob::s3
