#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "accounts/api/handlers.hpp"
#include "accounts/api/routes.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "http/cookies.hpp"
#include "http/handler.hpp"

namespace kith::accounts {

using http::Body;
using http::Created;
using http::CreatedOrAccepted;
using http::FormOrBody;
using http::NewIds;
using http::NoContent;
using http::Params;
using http::Principal;
using http::Reply;

namespace {

/// JSON sends `email`; the OAuth2 password form (RFC 6749, section 4.3.2) calls it `username` and
/// has parameters that are ignored here.
struct LoginRequest {
  std::optional<Email> email;
  std::optional<Email> username;
  std::string password;
  std::optional<std::string> grant_type;
  std::optional<std::string> scope;
  std::optional<std::string> client_id;
  std::optional<std::string> client_secret;

  static std::string schema_name() { return "Login"; }
  static constexpr std::string_view example =
      R"({"email":"anna@example.org","password":"correct horse battery"})";
  static constexpr std::string_view schema_rules =
      R"("anyOf":[{"required":["email"],"properties":{"email":{"type":"string"}}},)"
      R"({"required":["username"],"properties":{"username":{"type":"string"}}}])";
  static constexpr auto fields() {
    constexpr FieldRules ignored{.doc = "OAuth2 forms only; ignored.", .verbatim = true};
    return kith::fields(
        field("email", &LoginRequest::email,
              {.doc = "Either this or `username` is required.", .example = "anna@example.org"}),
        field("username", &LoginRequest::username,
              {.doc = "The e-mail address, as named in OAuth2 forms."}),
        field("password", &LoginRequest::password,
              {.example = "correct horse battery",
               .chars_max = limits::password_chars_max,
               .required = true,
               .verbatim = true}),
        field("grant_type", &LoginRequest::grant_type, ignored),
        field("scope", &LoginRequest::scope, ignored),
        field("client_id", &LoginRequest::client_id, ignored),
        field("client_secret", &LoginRequest::client_secret, ignored));
  }

  std::vector<FieldError> check(Time) const {
    if (email.has_value() != username.has_value()) return {};
    return {{"email", email ? "must not be given together with username" : "is required"}};
  }
};

struct SetupLinkCheck {
  std::string token;

  static std::string schema_name() { return "SetupLinkCheck"; }
  static constexpr auto fields() {
    return kith::fields(field("token", &SetupLinkCheck::token, setup_token_rules));
  }
};

struct SetupLink {
  Time expires_at;

  static std::string schema_name() { return "SetupLink"; }
  static constexpr auto fields() {
    return kith::fields(field("expires_at", &SetupLink::expires_at, {.doc = "UTC."}));
  }
};

struct RefreshRequest {
  std::optional<std::string> refresh_token;

  static std::string schema_name() { return "Refresh"; }
  static constexpr auto fields() {
    return kith::fields(
        field("refresh_token", &RefreshRequest::refresh_token,
              {.doc = "From the last token pair; if absent, it is read from the cookie.",
               .verbatim = true}));
  }
};

/// Where the refresh token is stored.
enum class Keeper : std::uint8_t { client, cookie };
constexpr std::array<std::string_view, 2> names_of(Keeper) { return {"client", "cookie"}; }

struct SessionQuery {
  Keeper session = Keeper::client;

  static constexpr auto fields() {
    return kith::fields(field("session", &SessionQuery::session,
                              {.doc = "`cookie`: store the refresh token in a cookie that scripts "
                                      "cannot read."}));
  }
};

/// The cookie for the refresh token. Browsers send it only to the sign-in and sign-out endpoints.
http::Cookie refresh_cookie(const Services& services, std::string_view token) {
  return {.name = "kith_refresh",
          .value = token,
          .path = "/api/v1/auth",
          .lifetime = token.empty() ? std::chrono::seconds(0) : services.sessions.lifetime(),
          .secure = services.rules.site.url.starts_with("https://")};
}

std::optional<std::string_view> cookie_token(const http::Request& request) {
  return http::cookie_of(request, "kith_refresh");
}

/// Returns the pair in the body or, for `Keeper::cookie`, with the refresh token in a cookie.
Result<Reply<TokenPair>> handed_out(const Services& services, Result<TokenPair> pair, Keeper keeper,
                                    http::Response& response) {
  if (!pair || keeper == Keeper::client) return shown(std::move(pair));
  http::set_cookie(response, refresh_cookie(services, *pair->refresh_token));
  pair->refresh_token.reset();
  return shown(std::move(pair));
}

/// Deletes the cookie of a refresh token that is no longer valid.
void drop_cookie(const Services& services, http::Exchange& exchange) {
  if (!cookie_token(exchange.request)) return;
  http::set_cookie(exchange.response, refresh_cookie(services, {}));
}

/// Returns the address and `User-Agent` of a request; a `User-Agent` that is not text is left out.
Device device_of(const http::Request& request) {
  const std::string_view agent = request.header("User-Agent").value_or("");
  const bool is_text = is_valid_utf8(agent) && !has_control_characters(agent, false);
  return {std::string(request.client_address),
          is_text ? std::string(cut(agent, limits::agent_bytes_max)) : ""};
}

Result<Created<Account>> created(Result<Account> account) {
  if (!account) return std::unexpected(std::move(account.error()));
  return Created<Account>{*std::move(account), "/api/v1/users/me"};
}

/// Returns the region that the languages of the client suggest.
std::optional<Region> suggested_region(const http::Request& request) {
  return region_of_languages(request.header("Accept-Language").value_or(""));
}

Task<Result<Created<Account>>> set_up(Services& services, Body<SetupRequest> body,
                                      http::Exchange* exchange) {
  co_return created(services.avatar_urls.shown(co_await services.setup.run(
      std::move(body.value), audit_context_of(*exchange), suggested_region(exchange->request))));
}

Task<Result<Reply<SetupLink>>> check_setup_link(Services& services, Body<SetupLinkCheck> body,
                                                Time now) {
  const auto expires_at = co_await services.setup.expiry(std::move(body.value.token), now);
  if (!expires_at) co_return std::unexpected(expires_at.error());
  co_return Reply<SetupLink>{{*expires_at}};
}

Task<Result<CreatedOrAccepted<Account>>> sign_up(Services& services, Body<SignUpRequest> body,
                                                 http::Exchange* exchange, NewIds ids) {
  // If the answer conceals existing accounts, each sign-up may send a mail to the address.
  if (services.rules.conceals) {
    auto refused = co_await charge_mail(*exchange, body.value.email);
    if (refused) co_return std::unexpected(*std::move(refused));
  }
  AuditContext trace = audit_context_of(*exchange);
  auto account = co_await services.sign_up.run(
      std::move(body.value), {.action = Action::signed_up,
                              .trace = std::move(trace),
                              .id = ids.make<AccountId>(),
                              .repeated = ids.repeated(),
                              .default_region = suggested_region(exchange->request)});
  if (!account) co_return std::unexpected(std::move(account.error()));
  if (*account) services.avatar_urls.complete(**account);
  co_return CreatedOrAccepted<Account>{*std::move(account), "/api/v1/users/me"};
}

std::unexpected<Error> other_site() {
  return refuse(Errc::forbidden,
                "Pages of other sites cannot use this session. Sign in on this site.");
}

Task<Result<Reply<TokenPair>>> log_in(Services& services, FormOrBody<LoginRequest> body,
                                      Params<SessionQuery> query, http::Exchange* exchange) {
  // Prevents login CSRF: a page of another site must not sign its visitors in to a different
  // account, and an HTML form cannot send JSON.
  const bool wants_cookie = query.value.session == Keeper::cookie;
  if (wants_cookie && http::is_from_other_site(exchange->request)) co_return other_site();
  auto no_json = http::check_media_type(exchange->request, {"application/json"});
  if (wants_cookie && no_json) co_return std::unexpected(*std::move(no_json));
  LoginRequest& login = body.value;
  Email email = login.email ? *std::move(login.email) : *std::move(login.username);
  // Limits guesses of one account's password from many addresses; existing sessions are not
  // affected.
  auto refused =
      co_await http::charge(*exchange, http::LimitClass::login_account, account_key(email));
  if (refused) co_return std::unexpected(*std::move(refused));
  auto pair = co_await services.sessions.log_in(
      {std::move(email), std::move(login.password), device_of(exchange->request)}, exchange->now);
  co_return handed_out(services, std::move(pair), query.value.session, exchange->response);
}

std::unexpected<Error> no_refresh_token() {
  return std::unexpected(invalid_field("refresh_token", "is required"));
}

Task<Result<Reply<TokenPair>>> refresh_tokens(Services& services, Body<RefreshRequest> body,
                                              http::Exchange* exchange) {
  const http::Request& request = exchange->request;
  const auto cookie = cookie_token(request);
  const Keeper keeper = body.value.refresh_token ? Keeper::client : Keeper::cookie;
  if (keeper == Keeper::cookie && !cookie) co_return no_refresh_token();
  if (keeper == Keeper::cookie && http::is_from_other_site(request)) co_return other_site();
  std::string token = body.value.refresh_token.value_or(std::string(cookie.value_or("")));
  auto pair =
      co_await services.sessions.refresh(std::move(token), device_of(request), exchange->now);
  co_return handed_out(services, std::move(pair), keeper, exchange->response);
}

Task<Result<Reply<All<SessionView>>>> list_sessions(Services& services, Principal who, Time now) {
  co_return shown_all(co_await services.sessions.list(who.account, who.session, now));
}

Task<Result<NoContent>> end_session(Services& services, AuditContext trace, SessionId id) {
  co_return done(co_await services.sessions.end(id, std::move(trace)));
}

Task<Result<NoContent>> end_sessions(Services& services, AuditContext trace,
                                     http::Exchange* exchange) {
  drop_cookie(services, *exchange);
  co_return done(co_await services.sessions.end_all(std::move(trace)));
}

Task<Result<NoContent>> log_out(Services& services, AuditContext trace, http::Exchange* exchange) {
  drop_cookie(services, *exchange);
  co_return done(
      co_await services.sessions.log_out(exchange->principal->session, std::move(trace)));
}

}  // namespace

std::vector<http::Route> auth_routes(Services* services) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  return {
      {.verb = post,
       .path = "/api/v1/setup",
       .endpoint = endpoint<&set_up>(services),
       .access = anyone,
       .id = "set_up",
       .summary = "Create the first administrator",
       .errors = {Errc::forbidden, Errc::conflict},
       .body_bytes_max = limits::access_body_bytes_max,
       .limit = http::LimitClass::token},
      {.verb = post,
       .path = "/api/v1/setup/check",
       .endpoint = endpoint<&check_setup_link>(services),
       .access = anyone,
       .id = "check_setup_link",
       .summary = "Check whether a set-up link can still be used",
       .errors = {Errc::forbidden, Errc::conflict},
       .body_bytes_max = limits::access_body_bytes_max,
       .limit = http::LimitClass::token},
      {.verb = post,
       .path = "/api/v1/auth/signup",
       .endpoint = endpoint<&sign_up>(services),
       .access = anyone,
       .id = "sign_up",
       .summary = "Create an account",
       .errors = {Errc::forbidden, Errc::conflict},
       .body_bytes_max = limits::access_body_bytes_max,
       .idempotent_by_key = true,
       .limit = http::LimitClass::signup},
      {.verb = post,
       .path = "/api/v1/auth/login",
       .endpoint = endpoint<&log_in>(services),
       .access = anyone,
       .id = "log_in",
       .summary = "Sign in and get an access token and a refresh token",
       .errors = {Errc::unauthenticated, Errc::forbidden},
       .body_bytes_max = limits::access_body_bytes_max,
       .limit = http::LimitClass::login},
      {.verb = post,
       .path = "/api/v1/auth/refresh",
       .endpoint = endpoint<&refresh_tokens>(services),
       .access = anyone,
       .id = "refresh_tokens",
       .summary = "Exchange a refresh token for a new pair",
       .errors = {Errc::unauthenticated, Errc::forbidden},
       .body_bytes_max = limits::access_body_bytes_max,
       .limit = http::LimitClass::token},
      {post, "/api/v1/auth/logout", endpoint<&log_out>(services), own_account, "log_out",
       "Sign out (end this session)"},
      {get, "/api/v1/auth/sessions", endpoint<&list_sessions>(services), own_account,
       "list_sessions", "List your sessions"},
      {del, "/api/v1/auth/sessions", endpoint<&end_sessions>(services), own_account, "end_sessions",
       "Sign out everywhere (end all sessions)"},
      {del, "/api/v1/auth/sessions/{id}", endpoint<&end_session>(services), own_account,
       "end_session", "End one of your sessions"},
  };
}

}  // namespace kith::accounts
