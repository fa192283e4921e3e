#include "service/routes.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <boost/asio/ip/address.hpp>

#include "base/version.hpp"
#include "http/error_page.hpp"
#include "http/handler.hpp"
#include "service/assets.hpp"
#include "store/migrate.hpp"

namespace kith::service {

using http::Exchange;
using http::Reply;
using http::Response;
using http::Written;

namespace {

/// The API documents' own scripts set styles, draw data: images and start workers from blobs.
constexpr std::string_view docs_policy =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "worker-src 'self' blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

struct Health {
  std::string status = "ok";
  std::string version{kith::version};
  std::string commit{kith::commit};

  static std::string schema_name() { return "Health"; }
  static constexpr auto fields() {
    return kith::fields(
        field("status", &Health::status, {.example = "ok"}), field("version", &Health::version),
        field("commit", &Health::commit, {.doc = "The commit that the server was built from."}));
  }
};

struct Readiness {
  std::string status = "ready";
  std::string database = "ok";
  std::string redis = "off";

  static std::string schema_name() { return "Readiness"; }
  static constexpr auto fields() {
    return kith::fields(field("status", &Readiness::status, {.example = "ready"}),
                        field("database", &Readiness::database, {.example = "ok"}),
                        field("redis", &Readiness::redis,
                              {.doc = "off: not configured; degraded: unavailable, so the instance "
                                      "works without it.",
                               .example = "ok"}));
  }
};

Task<Result<Reply<Health>>> get_health(Service&) { co_return Reply<Health>{}; }

Task<Result<Reply<Readiness>>> get_readiness(Service& service) {
  if (service.draining.load()) co_return refuse(Errc::unavailable, "The server is stopping.");
  const auto rows = co_await service.store.read(store::select_schema_version, {});
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return refuse(Errc::unavailable, "The database is empty.");
  Readiness readiness;
  if (service.redis) readiness.redis = service.redis->is_up() ? "ok" : "degraded";
  co_return Reply<Readiness>{std::move(readiness)};
}

/// Returns whether the request comes from this machine directly, not through a proxy on it,
/// whatever header that proxy sets.
bool is_local(const http::Request& request) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(std::string(request.client_address), error);
  constexpr std::array<std::string_view, 4> added_by_proxies{"X-Forwarded-For", "Forwarded",
                                                             "X-Real-IP", "Via"};
  const bool forwarded = std::ranges::any_of(
      added_by_proxies, [&](std::string_view name) { return request.header(name).has_value(); });
  return !error && address.is_loopback() && !forwarded;
}

Task<Result<bool>> is_administrator(Service& service, const http::Request& request) {
  if (!request.header("Authorization")) co_return false;
  const auto principal = co_await service.authenticator.authenticate(request);
  if (!principal) co_return std::unexpected(principal.error());
  co_return http::Rights{*principal}.allow(http::Access::service_inspect);
}

Task<Result<Written>> get_metrics(Service& service, Exchange* exchange) {
  const bool open = service.metrics_open || is_local(exchange->request);
  const Result<bool> allowed =
      open ? Result<bool>(true) : co_await is_administrator(service, exchange->request);
  if (!allowed) co_return std::unexpected(allowed.error());
  if (!*allowed) co_return http::not_found();
  exchange->response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  exchange->response.body = service.metrics();
  co_return Written{};
}

Task<Result<Written>> get_openapi(Service& service, Exchange* exchange) {
  exchange->response.content_type = "application/json";
  exchange->response.static_body = service.openapi;
  co_return Written{};
}

/// Answers with an embedded file; browsers cache and revalidate it.
Result<Written> write_asset(Exchange& exchange, std::string_view name) {
  const Asset* asset = find_asset(name);
  if (!asset) return http::not_found();
  Response& response = exchange.response;
  response.add_header("ETag", asset->etag);
  response.add_header("Cache-Control", "no-cache");
  response.add_header("Vary", "Accept-Encoding");
  if (http::Conditions::of(exchange.request).is_unchanged(asset->etag)) {
    response.status = 304;
    return Written{};
  }
  response.content_type = asset->content_type;
  const auto accepted = exchange.request.header("Accept-Encoding").value_or("");
  if (http::list_has_token(accepted, "gzip")) {
    response.add_header("Content-Encoding", "gzip");
    response.static_body = asset->gzip;
  } else {
    response.static_body = unpacked(*asset);
  }
  return Written{};
}

Result<Written> write_page(Exchange& exchange, std::string_view name, std::string_view policy) {
  exchange.response.add_header("Content-Security-Policy", policy);
  exchange.response.add_header("Referrer-Policy", "no-referrer");
  return write_asset(exchange, name);
}

Task<Result<Written>> get_start_page(Service&, Exchange* exchange) {
  co_return write_page(*exchange, "index.html", http::page_policy);
}

Task<Result<Written>> get_setup_page(Service&, Exchange* exchange) {
  co_return write_page(*exchange, "setup.html", http::page_policy);
}

/// Serves the page for links in mails. Loading it does not use up the link, because mail scanners
/// follow links.
Task<Result<Written>> get_account_page(Service&, Exchange* exchange) {
  co_return write_page(*exchange, "account.html", http::page_policy);
}

Task<Result<Written>> get_swagger_ui(Service&, Exchange* exchange) {
  co_return write_page(*exchange, "docs.html", docs_policy);
}

Task<Result<Written>> get_redoc(Service&, Exchange* exchange) {
  co_return write_page(*exchange, "redoc.html", docs_policy);
}

Task<Result<Written>> get_asset(Service&, Exchange* exchange) {
  co_return write_asset(*exchange, exchange->path_values.front());
}

}  // namespace

std::vector<http::Route> routes(Service* service) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  return {
      {get, "/healthz", endpoint<&get_health>(service), anyone, "get_health",
       "Check that the server responds"},
      {get,
       "/readyz",
       endpoint<&get_readiness>(service),
       anyone,
       "get_readiness",
       "Check that the server is ready for requests",
       {Errc::unavailable}},
      {get, "/metrics", endpoint<&get_metrics>(service), anyone, "get_metrics"},
      {get, "/openapi.json", endpoint<&get_openapi>(service), anyone, "get_openapi"},
      {get, "/docs", endpoint<&get_swagger_ui>(service), anyone, "get_swagger_ui"},
      {get, "/redoc", endpoint<&get_redoc>(service), anyone, "get_redoc"},
      {get, "/setup", endpoint<&get_setup_page>(service), anyone, "get_setup_page"},
      {get, "/auth/verify/{token}", endpoint<&get_account_page>(service), anyone,
       "get_verification_page"},
      {get, "/auth/reset/{token}", endpoint<&get_account_page>(service), anyone, "get_reset_page"},
      {get, "/auth/verify", endpoint<&get_account_page>(service), anyone, "get_resend_page"},
      {get, "/auth/reset", endpoint<&get_account_page>(service), anyone, "get_second_reset_page"},
      {get, "/auth/forgot", endpoint<&get_account_page>(service), anyone, "get_forgot_page"},
      {get, "/assets/{name}", endpoint<&get_asset>(service), anyone, "get_asset"},
      {get, "/", endpoint<&get_start_page>(service), anyone, "get_start_page"},
  };
}

}  // namespace kith::service
