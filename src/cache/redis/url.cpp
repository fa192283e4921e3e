#include "cache/redis/url.hpp"

#include "base/curl_url.hpp"
#include "base/digits.hpp"

namespace kith::cache::redis {

namespace {

constexpr std::string_view wrong =
    "must be redis://user:password@host:6379/0 with the password percent-encoded (@ as %40, / as "
    "%2F, # as %23, % as %25)";
constexpr std::string_view no_tls =
    "must begin with redis://: rediss:// (TLS) is not supported; connect to Redis through a "
    "private network or stunnel";
constexpr std::string_view mask = "********";

bool take_login(Url& out, CURLU* url) {
  auto user = part_of(url, CURLUPART_USER);
  auto password = part_of(url, CURLUPART_PASSWORD);
  if (!user || !password || (password->empty() && !user->empty())) return false;
  out.user = *std::move(user);
  out.password = *std::move(password);
  return true;
}

bool take_place(Url& out, CURLU* url) {
  const auto host = part_of(url, CURLUPART_HOST);
  const auto port = part_of(url, CURLUPART_PORT);
  const auto path = part_of(url, CURLUPART_PATH);
  if (!host || host->empty() || !port || !path) return false;
  const bool is_v6 = host->starts_with('[') && host->ends_with(']');
  out.host = is_v6 ? host->substr(1, host->size() - 2) : *host;
  out.port = port->empty() ? "6379" : *port;
  const std::string_view database = std::string_view(*path).substr(path->starts_with('/') ? 1 : 0);
  const auto number = database.empty() ? 0 : read_digits(database);
  out.database = number.value_or(0);
  return number.has_value();
}

bool has_no_more(CURLU* url) {
  const auto query = part_of(url, CURLUPART_QUERY);
  const auto fragment = part_of(url, CURLUPART_FRAGMENT);
  return query && query->empty() && fragment && fragment->empty();
}

}  // namespace

std::expected<Url, std::string_view> Url::parse(std::string_view text) {
  Url out;
  out.text = text;
  if (text.empty()) return out;
  if (text.starts_with("rediss:")) return std::unexpected(no_tls);
  const CurlUrl url(curl_url());
  if (!text.starts_with("redis://") || !url ||
      curl_url_set(url.get(), CURLUPART_URL, out.text.c_str(), CURLU_NON_SUPPORT_SCHEME) !=
          CURLUE_OK) {
    return std::unexpected(wrong);
  }
  if (!take_login(out, url.get()) || !take_place(out, url.get()) || !has_no_more(url.get())) {
    return std::unexpected(wrong);
  }
  return out;
}

std::string Url::place() const {
  return host + " port " + port + " database " + std::to_string(database);
}

std::string Url::masked() const {
  if (password.empty()) return text;
  const std::string shown_host = host.contains(':') ? "[" + host + "]" : host;
  return "redis://" + user + ":" + std::string(mask) + "@" + shown_host + ":" + port + "/" +
         std::to_string(database);
}

}  // namespace kith::cache::redis
