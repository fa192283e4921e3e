#include "crypto/jwt.hpp"

#include <charconv>
#include <chrono>

#include "crypto/base64url.hpp"

namespace kith::crypto {

namespace {

/// Far more than this server's tokens have; longer tokens are not hashed.
constexpr std::size_t token_bytes_max = 1024;
/// The tolerated difference between the clocks of instances that accept each other's tokens.
constexpr std::chrono::microseconds clock_skew_max = std::chrono::seconds(60);

constexpr std::string_view before_subject = R"({"iss":"kith","aud":"kith","sub":")";
constexpr std::string_view before_session = R"(","sid":")";
constexpr std::string_view before_issued = R"(","iat":)";
constexpr std::string_view before_not_before = R"(,"nbf":)";
constexpr std::string_view before_expiry = R"(,"exp":)";
constexpr std::string_view end_of_claims = "}";

std::string hex_prefix(std::string_view bytes, std::size_t count) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes.substr(0, count)) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back(digits[byte >> 4]);
    out.push_back(digits[byte & 0x0F]);
  }
  return out;
}

/// Parses exactly the claims that `sign` writes, in that order: a payload with a valid MAC but
/// another form was not written by this program.
class ClaimsScanner {
 public:
  explicit ClaimsScanner(std::string_view text) : rest_(text) {}

  bool literal(std::string_view expected) {
    if (!rest_.starts_with(expected)) return false;
    rest_.remove_prefix(expected.size());
    return true;
  }

  template <class Kind>
  bool id(Id<Kind>& out) {
    const auto parsed = Id<Kind>::parse(rest_.substr(0, 36));
    if (!parsed) return false;
    out = *parsed;
    rest_.remove_prefix(36);
    return true;
  }

  bool seconds(Time& out) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    constexpr std::int64_t seconds_max = 100'000'000'000;
    if (error != std::errc() || value < 0 || value > seconds_max) return false;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    out.micros = value * micros_per_second;
    return true;
  }

  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

std::optional<AccessClaims> read_claims(std::string_view text) {
  AccessClaims claims;
  Time not_before;
  ClaimsScanner scan(text);
  const bool whole =
      scan.literal(before_subject) && scan.id(claims.account) && scan.literal(before_session) &&
      scan.id(claims.session) && scan.literal(before_issued) && scan.seconds(claims.issued_at) &&
      scan.literal(before_not_before) && scan.seconds(not_before) && scan.literal(before_expiry) &&
      scan.seconds(claims.expires_at) && scan.literal(end_of_claims) && scan.at_end();
  if (!whole || not_before != claims.issued_at) return std::nullopt;
  return claims;
}

}  // namespace

TokenSigner::TokenSigner(std::string_view key, std::string_view previous_key) {
  keys_.push_back(make_key(key));
  if (!previous_key.empty()) keys_.push_back(make_key(previous_key));
}

TokenSigner::Key TokenSigner::make_key(std::string_view secret) {
  // The id distinguishes keys and must not reveal the key, so it is a digest with its own prefix.
  const std::string id = hex_prefix(sha256("kith key id:" + std::string(secret)), 4);
  const std::string header = R"({"alg":"HS256","typ":"at+jwt","kid":")" + id + R"("})";
  Key key{.header = {}, .mac = HmacSha256(secret)};
  append_base64url(key.header, header);
  return key;
}

std::string TokenSigner::sign(const AccessClaims& claims) const {
  const auto issued = std::to_string(claims.issued_at.micros / micros_per_second);
  const auto expires = std::to_string(claims.expires_at.micros / micros_per_second);
  std::string payload(before_subject);
  claims.account.append_to(payload);
  claims.session.append_to(payload.append(before_session));
  payload.append(before_issued).append(issued).append(before_not_before).append(issued);
  payload.append(before_expiry).append(expires).append(end_of_claims);
  std::string token = keys_.front().header + '.';
  append_base64url(token, payload);
  const std::string tag = keys_.front().mac(token);
  append_base64url(token += '.', tag);
  return token;
}

namespace {

/// Returns whether the token was issued after `now`, beyond the clock skew between instances.
bool is_from_the_future(const AccessClaims& claims, Time now) {
  return now.micros + clock_skew_max.count() < claims.issued_at.micros;
}

}  // namespace

std::optional<AccessClaims> TokenSigner::verify(std::string_view token, Time now) const {
  if (token.size() > token_bytes_max) return std::nullopt;
  const auto first_dot = token.find('.');
  const auto last_dot = token.rfind('.');
  if (first_dot == std::string_view::npos || first_dot == last_dot) return std::nullopt;
  for (const Key& key : keys_) {
    if (token.substr(0, first_dot) != key.header) continue;
    const auto tag = decode_base64url(token.substr(last_dot + 1));
    if (!tag || !equal_constant_time(*tag, key.mac(token.substr(0, last_dot)))) continue;
    const auto payload = decode_base64url(token.substr(first_dot + 1, last_dot - first_dot - 1));
    const auto claims = payload ? read_claims(*payload) : std::nullopt;
    if (!claims || is_from_the_future(*claims, now) || now >= claims->expires_at) return {};
    return claims;
  }
  return std::nullopt;
}

}  // namespace kith::crypto
