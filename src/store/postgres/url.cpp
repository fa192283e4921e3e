#include "store/postgres/url.hpp"

#include <algorithm>
#include <memory>
#include <ranges>
#include <vector>

#include <libpq-fe.h>

namespace kith::store::postgres {

namespace {

constexpr std::string_view wrong =
    "must be sqlite:PATH or postgres://user:password@host:5432/database; in it the password must "
    "be "
    "percent-encoded (@ as %40, / as %2F, % as %25), or set KITH_DATABASE_PASSWORD instead";
constexpr std::string_view mask = "********";
constexpr const char* default_port = "5432";

using ConninfoOptions = std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)>;

/// Masks the value of a query option that holds a secret.
void mask_option(std::string& text, std::string_view option) {
  for (std::size_t at = text.find(option); at != std::string::npos; at = text.find(option, at)) {
    at += option.size();
    const std::size_t end = std::min(text.find('&', at), text.size());
    text.replace(at, end - at, mask);
  }
}

using Parameters = std::map<std::string, std::string>;
using Parts = std::vector<std::string>;

/// Returns the elements of a libpq list; some may be empty.
Parts parts_of(const Parameters& parameters, const char* keyword) {
  Parts parts;
  const auto found = parameters.find(keyword);
  if (found == parameters.end()) return parts;
  for (const auto part : std::views::split(found->second, ',')) {
    parts.emplace_back(part.begin(), part.end());
  }
  return parts;
}

std::string joined(const Parts& parts) {
  std::string out = parts.front();
  for (const std::string& each : parts | std::views::drop(1)) out += "," + each;
  return out;
}

}  // namespace

bool Url::is_meant(std::string_view text) {
  return text.starts_with("postgres://") || text.starts_with("postgresql://");
}

std::expected<Url, std::string_view> Url::parse(std::string_view text) {
  Url url{.text = std::string(text), .parameters = {}};
  char* error = nullptr;
  const ConninfoOptions options(PQconninfoParse(url.text.c_str(), &error), &PQconninfoFree);
  if (error) PQfreemem(error);  // it may quote the password
  if (!is_meant(text) || !options) return std::unexpected(wrong);
  for (const PQconninfoOption* each = options.get(); each->keyword; ++each) {
    if (each->val) url.parameters.emplace(each->keyword, each->val);
  }
  // An unencoded @ or / in the password would put part of it into the host or the database name,
  // which are logged.
  for (const char* keyword : {"host", "dbname"}) {
    const auto found = url.parameters.find(keyword);
    if (found != url.parameters.end() && found->second.contains('@')) return std::unexpected(wrong);
  }
  return url;
}

void Url::prefer(std::string_view host, std::string_view port) {
  const Parts names = parts_of(parameters, parameters.contains("host") ? "host" : "hostaddr");
  const Parts ports = parts_of(parameters, "port");
  const auto is_it = [&](std::size_t i) {
    if (ports.size() != names.size()) return names[i] == host;  // one port for all
    return names[i] == host && (ports[i].empty() ? default_port : ports[i]) == port;
  };
  std::size_t first = 0;
  while (first < names.size() && !is_it(first)) ++first;
  if (first == names.size()) return;
  for (const char* keyword : {"host", "hostaddr", "port"}) {
    Parts parts = parts_of(parameters, keyword);
    if (parts.size() != names.size()) continue;
    std::ranges::rotate(parts, parts.begin() + static_cast<std::ptrdiff_t>(first));
    parameters[keyword] = joined(parts);
  }
}

std::string Url::place() const {
  const auto value = [this](const char* keyword, const char* otherwise) {
    const auto found = parameters.find(keyword);
    return found == parameters.end() ? std::string(otherwise) : found->second;
  };
  return value("host", "localhost") + " port " + value("port", default_port) + " database " +
         value("dbname", value("user", "of the user").c_str());
}

std::string Url::masked() const {
  std::string out = text;
  const std::size_t login = out.find("//") + 2;
  const std::size_t path = std::min(out.find('/', login), out.size());
  const std::size_t at = out.substr(0, path).rfind('@');
  const std::size_t colon = out.find(':', login);
  if (at != std::string::npos && colon < at) out.replace(colon + 1, at - colon - 1, mask);
  for (const char* option : {"?password=", "&password=", "?sslpassword=", "&sslpassword="}) {
    mask_option(out, option);
  }
  return out;
}

}  // namespace kith::store::postgres
