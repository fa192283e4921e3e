#include "accounts/routes.hpp"

#include <optional>
#include <string>
#include <utility>

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

Result<Created<Account>> created(Result<Account> account) {
  if (!account) return std::unexpected(std::move(account.error()));
  return Created<Account>{*std::move(account), "/api/v1/users/me"};
}

template <class T>
Result<Reply<T>> shown(Result<T> value) {
  if (!value) return std::unexpected(std::move(value.error()));
  return Reply<T>{*std::move(value)};
}

Task<Result<Created<Account>>> set_up(Rest& rest, Body<SetupRequest> body, Time now) {
  co_return created(co_await rest.setup.run(std::move(body.value), now));
}

Task<Result<Created<Account>>> sign_up(Rest& rest, Body<Signup> body, Time now, NewIds ids) {
  co_return created(co_await rest.accounts.create(
      std::move(body.value),
      {.role = Role::user, .now = now, .id = ids.make<AccountId>(), .repeated = ids.repeated()}));
}

Task<Result<Reply<TokenPair>>> log_in(Rest& rest, FormOrBody<LoginRequest> body, Time now) {
  LoginRequest& login = body.value;
  Email email = login.email ? *std::move(login.email) : *std::move(login.username);
  co_return shown(co_await rest.sessions.log_in(std::move(email), std::move(login.password), now));
}

Task<Result<Reply<TokenPair>>> refresh_tokens(Rest& rest, Body<RefreshRequest> body, Time now) {
  co_return shown(co_await rest.sessions.refresh(std::move(body.value.refresh_token), now));
}

Task<Result<NoContent>> log_out(Rest& rest, Principal who) {
  const auto ended = co_await rest.sessions.log_out(who.account, who.session);
  if (!ended) co_return std::unexpected(ended.error());
  co_return NoContent{};
}

Task<Result<Reply<Account>>> get_me(Rest& rest, Principal who) {
  co_return shown(co_await rest.accounts.get(who.account));
}

}  // namespace

std::vector<http::Route> routes(Rest* rest) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  return {
      {post,
       "/api/v1/setup",
       endpoint<&set_up>(rest),
       anyone,
       "set_up",
       "Create the first administrator",
       {Errc::forbidden, Errc::conflict}},
      {.verb = post,
       .path = "/api/v1/auth/signup",
       .endpoint = endpoint<&sign_up>(rest),
       .access = anyone,
       .id = "sign_up",
       .summary = "Create an account",
       .errors = {Errc::conflict},
       .repeatable = true},
      {post,
       "/api/v1/auth/login",
       endpoint<&log_in>(rest),
       anyone,
       "log_in",
       "Sign in for an access and a refresh token",
       {Errc::unauthenticated}},
      {post,
       "/api/v1/auth/refresh",
       endpoint<&refresh_tokens>(rest),
       anyone,
       "refresh_tokens",
       "Exchange a refresh token for a new pair",
       {Errc::unauthenticated}},
      {post, "/api/v1/auth/logout", endpoint<&log_out>(rest), own_account, "log_out",
       "End this session"},
      {get, "/api/v1/users/me", endpoint<&get_me>(rest), own_account, "get_me", "Who you are"},
  };
}

}  // namespace kith::accounts
