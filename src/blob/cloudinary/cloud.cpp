#include "blob/cloudinary/cloud.hpp"

#include <string_view>
#include <utility>

#include "blob/web.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"

namespace kith::blob::cloudinary {

namespace {

constexpr std::string_view service = "Cloudinary";

/// A form with a file (RFC 7578).
class Form {
 public:
  void add(std::string_view name, std::string_view value) {
    begin_part(name);
    body_.append("\r\n\r\n").append(value).append("\r\n");
  }

  void add_file(std::string_view name, std::string_view bytes) {
    begin_part(name);
    body_.append("; filename=\"avatar.webp\"\r\nContent-Type: image/webp\r\n\r\n");
    body_.append(bytes).append("\r\n");
  }

  std::string body() const { return body_ + "--" + boundary_ + "--\r\n"; }
  std::string content_type() const { return "multipart/form-data; boundary=" + boundary_; }

 private:
  void begin_part(std::string_view name) {
    body_.append("--").append(boundary_).append("\r\nContent-Disposition: form-data; name=\"");
    body_.append(name).append("\"");
  }

  std::string boundary_ = "kith-" + crypto::random_token();
  std::string body_;
};

std::string seconds_of(Time now) { return std::to_string(now.micros / micros_per_second); }

class Cloud : public BlobStore {
 public:
  explicit Cloud(const BlobUrl& url)
      : api_base_(url.option("api_base", "https://api.cloudinary.com/v1_1") + "/" + url.host),
        public_base_(url.option("delivery_base", "https://res.cloudinary.com") + "/" + url.host +
                     "/image/upload/"),
        key_(url.key),
        secret_(url.secret),
        sha256_(url.option("signature", "sha1") == "sha256") {}

  Result<void> put(const BlobName& name, std::string_view bytes) override {
    const Parameters parameters{
        {"overwrite", "false"}, {"public_id", name.text}, {"timestamp", seconds_of(Clock().now())}};
    const auto answer = call("upload", parameters, bytes);
    if (!answer) return std::unexpected(answer.error());
    return {};
  }

  /// Removes the picture, and its copies in Cloudinary's CDN caches.
  Result<void> remove(const BlobName& name) override {
    const Parameters parameters{
        {"invalidate", "true"}, {"public_id", name.text}, {"timestamp", seconds_of(Clock().now())}};
    const auto answer = call("destroy", parameters, {});
    if (!answer) return std::unexpected(answer.error());
    const bool gone = answer->body.contains("\"ok\"") || answer->body.contains("\"not found\"");
    if (!gone) return service_failed(service, "did not remove a picture");
    return {};
  }

  Result<StoredBlob> get(const BlobName& name, Time) override {
    return StoredBlob{{}, (public_base_ + name.text).append(blob_suffix)};
  }

  std::string public_base() const override { return public_base_; }

 private:
  Result<WebAnswer> call(std::string_view action, const Parameters& parameters,
                         std::string_view file) const {
    Form form;
    for (const auto& [name, value] : parameters) form.add(name, value);
    form.add("api_key", key_);
    form.add("signature", signature(parameters, secret_, sha256_));
    if (!file.empty()) form.add_file("file", file);
    auto answer = send({.service = service,
                        .method = "POST",
                        .url = (api_base_ + "/image/").append(action),
                        .headers = {"Content-Type: " + form.content_type()},
                        .body = form.body()});
    if (!answer || answer->status == 200) return answer;
    return service_failed(service, "answered " + std::to_string(answer->status));
  }

  std::string api_base_;
  std::string public_base_;
  std::string key_;
  std::string secret_;
  bool sha256_;
};

}  // namespace

std::string signature(const Parameters& parameters, const std::string& secret, bool sha256) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    text.append(text.empty() ? "" : "&").append(name).append("=").append(value);
  }
  text += secret;
  return crypto::to_hex(sha256 ? crypto::sha256(text) : crypto::sha1(text));
}

std::unique_ptr<BlobStore> open(const BlobUrl& url) { return std::make_unique<Cloud>(url); }

}  // namespace kith::blob::cloudinary
