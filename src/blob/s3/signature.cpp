#include "blob/s3/signature.hpp"

#include <algorithm>
#include <utility>

#include "crypto/digest.hpp"

namespace kith::blob::s3 {

namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

std::string encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const auto byte = static_cast<unsigned char>(c);
    if (letter || (c >= '0' && c <= '9') || std::string_view("-._~").contains(c)) {
      out.push_back(c);
    } else {
      out.append({'%', digits[byte >> 4], digits[byte & 0x0F]});
    }
  }
  return out;
}

/// Returns the canonical query string. The map already sorts names by their bytes.
std::string query_text(const SignedRequest& request) {
  std::string out;
  for (const auto& [name, value] : request.query) {
    out.append(out.empty() ? "" : "&").append(encoded(name)).append("=").append(encoded(value));
  }
  return out;
}

std::string signed_names(const SignedRequest& request) {
  std::string out;
  for (const auto& [name, value] : request.headers) {
    out.append(out.empty() ? "" : ";").append(name);
  }
  return out;
}

std::string canonical(const SignedRequest& request) {
  std::string out(request.method);
  out.append("\n").append(request.path).append("\n").append(query_text(request)).append("\n");
  for (const auto& [name, value] : request.headers) {
    out.append(name).append(":").append(value).append("\n");
  }
  return out.append("\n").append(signed_names(request)).append("\n").append(request.payload_hash);
}

std::string scope_of(const Signer& signer, std::string_view date) {
  return std::string(date.substr(0, 8))
      .append("/")
      .append(signer.region)
      .append("/s3/aws4_request");
}

}  // namespace

std::string amz_date(Time now) {
  constexpr std::size_t to_the_second = 19;
  std::string text;
  now.append_to(text);
  text.resize(to_the_second);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

std::string signature(const Signer& signer, const SignedRequest& request, Time now) {
  const std::string date = amz_date(now);
  std::string text(algorithm);
  text.append("\n").append(date).append("\n").append(scope_of(signer, date)).append("\n");
  text += crypto::to_hex(crypto::sha256(canonical(request)));
  std::string key = "AWS4" + signer.secret;
  for (const std::string_view part :
       {std::string_view(date).substr(0, 8), std::string_view(signer.region),
        std::string_view("s3"), std::string_view("aws4_request")}) {
    key = crypto::HmacSha256(key)(part);
  }
  return crypto::to_hex(crypto::HmacSha256(key)(text));
}

std::string authorization(const Signer& signer, const SignedRequest& request, Time now) {
  std::string out(algorithm);
  out.append(" Credential=").append(signer.key_id).append("/");
  out.append(scope_of(signer, amz_date(now))).append(",SignedHeaders=");
  return out.append(signed_names(request)).append(",Signature=") + signature(signer, request, now);
}

std::string presigned_query(const Signer& signer, SignedRequest request, Time now, int seconds) {
  const std::string date = amz_date(now);
  request.payload_hash = "UNSIGNED-PAYLOAD";
  request.query = {{"X-Amz-Algorithm", std::string(algorithm)},
                   {"X-Amz-Credential", signer.key_id + "/" + scope_of(signer, date)},
                   {"X-Amz-Date", date},
                   {"X-Amz-Expires", std::to_string(seconds)},
                   {"X-Amz-SignedHeaders", signed_names(request)}};
  const std::string tag = signature(signer, request, now);
  return query_text(request).append("&X-Amz-Signature=").append(tag);
}

}  // namespace kith::blob::s3
