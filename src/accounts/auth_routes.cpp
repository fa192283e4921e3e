#include <optional>
#include <string>
#include <utility>

#include "accounts/rest.hpp"
#include "accounts/routes.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "http/handler.hpp"

namespace kith::accounts {

using http::Body;
using http::Created;
using http::FormOrBody;
using http::NewIds;
using http::NoContent;
using http::Principal;
using http::Reply;

namespace {

/// JSON sends `email`; the OAuth2 password form (RFC 6749, section 4.3.2) calls it `username` and
/// brings parameters that mean nothing here.
struct LoginRequest {
  std::optional<Email> email;
  std::optional<Email> username;
  std::string password;
  std::optional<std::string> grant_type;
  std::optional<std::string> scope;
  std::optional<std::string> client_id;
  std::optional<std::string> client_secret;

  static std::string schema_name() { return "Login"; }
  static constexpr auto fields() {
    constexpr FieldRules ignored{.doc = "OAuth2 forms only; ignored.", .verbatim = true};
    return kith::fields(
        field("email", &LoginRequest::email,
              {.doc = "Or `username`.", .example = "anna@example.org"}),
        field("username", &LoginRequest::username, {.doc = "The e-mail, as OAuth2 forms call it."}),
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

struct RefreshRequest {
  std::string refresh_token;

  static std::string schema_name() { return "Refresh"; }
  static constexpr auto fields() {
    return kith::fields(field("refresh_token", &RefreshRequest::refresh_token,
                              {.doc = "Of the last pair.", .required = true, .verbatim = true}));
  }
};

/// What is remembered of where a request comes from; what is no text is left out.
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

Task<Result<Created<Account>>> set_up(Rest& rest, Body<SetupRequest> body, Trace trace) {
  co_return created(co_await rest.setup.run(std::move(body.value), std::move(trace)));
}

Task<Result<Created<Account>>> sign_up(Rest& rest, Body<Signup> body, Trace trace, NewIds ids) {
  co_return created(co_await rest.accounts.create(
      std::move(body.value),
      {.trace = std::move(trace), .id = ids.make<AccountId>(), .repeated = ids.repeated()}));
}

Task<Result<Reply<TokenPair>>> log_in(Rest& rest, FormOrBody<LoginRequest> body, Time now,
                                      http::Exchange* exchange) {
  LoginRequest& login = body.value;
  Email email = login.email ? *std::move(login.email) : *std::move(login.username);
  // Guessing one account's password from many addresses; whoever is signed in stays so.
  auto refused = http::charge(*exchange, http::LimitClass::login_account, account_key(email));
  if (refused) co_return std::unexpected(*std::move(refused));
  co_return shown(co_await rest.sessions.log_in(
      {std::move(email), std::move(login.password), device_of(exchange->request)}, now));
}

Task<Result<Reply<TokenPair>>> refresh_tokens(Rest& rest, Body<RefreshRequest> body, Time now,
                                              http::Exchange* exchange) {
  co_return shown(co_await rest.sessions.refresh(std::move(body.value.refresh_token),
                                                 device_of(exchange->request), now));
}

Task<Result<Reply<All<SessionView>>>> list_sessions(Rest& rest, Principal who, Time now) {
  co_return shown_all(co_await rest.sessions.list(who.account, who.session, now));
}

Task<Result<NoContent>> end_session(Rest& rest, Trace trace, SessionId id) {
  co_return done(co_await rest.sessions.end(id, std::move(trace)));
}

Task<Result<NoContent>> end_sessions(Rest& rest, Trace trace) {
  co_return done(co_await rest.sessions.end_all(std::move(trace)));
}

Task<Result<NoContent>> log_out(Rest& rest, Principal who, Trace trace) {
  co_return done(co_await rest.sessions.log_out(who.session, std::move(trace)));
}

}  // namespace

std::vector<http::Route> auth_routes(Rest* rest) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  return {
      {.verb = post,
       .path = "/api/v1/setup",
       .endpoint = endpoint<&set_up>(rest),
       .access = anyone,
       .id = "set_up",
       .summary = "Create the first administrator",
       .errors = {Errc::forbidden, Errc::conflict},
       .limit = http::LimitClass::token},
      {.verb = post,
       .path = "/api/v1/auth/signup",
       .endpoint = endpoint<&sign_up>(rest),
       .access = anyone,
       .id = "sign_up",
       .summary = "Create an account",
       .errors = {Errc::conflict},
       .repeatable = true,
       .limit = http::LimitClass::signup},
      {.verb = post,
       .path = "/api/v1/auth/login",
       .endpoint = endpoint<&log_in>(rest),
       .access = anyone,
       .id = "log_in",
       .summary = "Sign in for an access and a refresh token",
       .errors = {Errc::unauthenticated},
       .limit = http::LimitClass::login},
      {.verb = post,
       .path = "/api/v1/auth/refresh",
       .endpoint = endpoint<&refresh_tokens>(rest),
       .access = anyone,
       .id = "refresh_tokens",
       .summary = "Exchange a refresh token for a new pair",
       .errors = {Errc::unauthenticated},
       .limit = http::LimitClass::token},
      {post, "/api/v1/auth/logout", endpoint<&log_out>(rest), own_account, "log_out",
       "End this session"},
      {get, "/api/v1/auth/sessions", endpoint<&list_sessions>(rest), own_account, "list_sessions",
       "Where you are signed in"},
      {del, "/api/v1/auth/sessions", endpoint<&end_sessions>(rest), own_account, "end_sessions",
       "Sign out everywhere"},
      {del, "/api/v1/auth/sessions/{id}", endpoint<&end_session>(rest), own_account, "end_session",
       "Sign out there"},
  };
}

}  // namespace kith::accounts
