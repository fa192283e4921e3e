#include "mail/smtp/url.hpp"

#include <algorithm>

#include "base/curl_url.hpp"
#include "base/digits.hpp"
#include "base/masked_url.hpp"

namespace kith::mail::smtp {

namespace {

constexpr std::string_view wrong =
    "must be smtp://user:password@host:587, smtps://host:465 or smtp://127.0.0.1:2525?tls=off, "
    "with user and password percent-encoded (@ as %40, / as %2F, # as %23, % as %25)";
constexpr std::string_view in_the_clear = "would send the password unencrypted: remove ?tls=off";

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") &&
          std::ranges::all_of(host, [](char c) { return c == '.' || is_digit(c); }));
}

/// Parses `tls=off` and `ca=FILE`.
bool take_options(Url& out, std::string_view query) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view option = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (option == "tls=off" && out.security == Security::starttls) {
      out.security = Security::none;
    } else if (option.starts_with("ca=") && option.size() > 3) {
      out.ca_file = option.substr(3);
    } else {
      return false;
    }
  }
  return true;
}

/// Parses scheme, host, port and credentials.
bool take_server(Url& out, CURLU* url) {
  const auto scheme = part_of(url, CURLUPART_SCHEME);
  const auto host = part_of(url, CURLUPART_HOST);
  const auto port = part_of(url, CURLUPART_PORT);
  const auto user = part_of(url, CURLUPART_USER);
  const auto password = part_of(url, CURLUPART_PASSWORD);
  if (!scheme || !host || !port || !user || !password || host->empty()) return false;
  if (*scheme != "smtp" && *scheme != "smtps") return false;
  const bool is_tls = *scheme == "smtps";
  out.security = is_tls ? Security::tls : Security::starttls;
  out.port = *port;
  if (port->empty()) out.port = is_tls ? "465" : "587";
  out.host = *host;
  out.user = *user;
  out.password = *password;
  return true;
}

bool has_no_more(CURLU* url) {
  const auto path = part_of(url, CURLUPART_PATH);
  const auto fragment = part_of(url, CURLUPART_FRAGMENT);
  return path && (path->empty() || *path == "/") && fragment && fragment->empty();
}

}  // namespace

std::expected<Url, std::string_view> Url::parse(std::string_view text) {
  Url out;
  out.text = text;
  if (text.empty()) return out;
  const CurlUrl url(curl_url());
  if (!url || curl_url_set(url.get(), CURLUPART_URL, out.text.c_str(), 0) != CURLUE_OK) {
    return std::unexpected(wrong);
  }
  const auto query = part_of(url.get(), CURLUPART_QUERY);
  if (!query || !take_server(out, url.get()) || !has_no_more(url.get()) ||
      !take_options(out, *query)) {
    return std::unexpected(wrong);
  }
  if (out.security == Security::none && !out.user.empty() && !is_this_machine(out.host)) {
    return std::unexpected(in_the_clear);
  }
  return out;
}

std::string Url::masked() const { return masked_url(text); }

}  // namespace kith::mail::smtp
