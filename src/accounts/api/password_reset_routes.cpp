#include <string>
#include <utility>

#include "accounts/api/handlers.hpp"
#include "accounts/api/link_requests.hpp"
#include "accounts/api/routes.hpp"
#include "base/limits.hpp"

namespace kith::accounts {

using http::Accepted;
using http::Body;
using http::Exchange;
using http::Reply;

namespace {

struct ResetRequest {
  std::string token;
  std::string password;

  static std::string schema_name() { return "PasswordReset"; }
  static constexpr auto fields() {
    return kith::fields(field("token", &ResetRequest::token, token_rules),
                        field("password", &ResetRequest::password, new_password_rules));
  }
};

Task<Result<Accepted>> forgot(Services& services, Body<AddressRequest> body, Exchange* exchange) {
  if (auto refused = co_await charge_mail(*exchange, body.value.email)) {
    co_return std::unexpected(*std::move(refused));
  }
  co_return co_await concealed(
      services.password_reset.request(std::move(body.value.email), audit_context_of(*exchange)));
}

Task<Result<Reply<Address>>> reset(Services& services, Body<ResetRequest> body,
                                   AuditContext trace) {
  auto account = co_await services.password_reset.reset(
      std::move(body.value.token), std::move(body.value.password), std::move(trace));
  if (!account) co_return std::unexpected(std::move(account.error()));
  services.sessions.forget_principals(account->id);
  co_return Reply<Address>{{std::move(account->email)}};
}

}  // namespace

std::vector<http::Route> password_reset_routes(Services* services) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  return {
      {.verb = post,
       .path = "/api/v1/auth/password/forgot",
       .endpoint = endpoint<&forgot>(services),
       .access = anyone,
       .id = "forgot_password",
       .summary = "Request a password reset link; the answer is the same for any address",
       .body_bytes_max = limits::access_body_bytes_max,
       .limit = http::LimitClass::signup},
      {.verb = post,
       .path = "/api/v1/auth/password/reset",
       .endpoint = endpoint<&reset>(services),
       .access = anyone,
       .id = "reset_password",
       .summary = "Set a new password; ends all sessions and revokes all app passwords",
       .errors = {Errc::forbidden},
       .body_bytes_max = limits::access_body_bytes_max,
       .limit = http::LimitClass::token},
  };
}

}  // namespace kith::accounts
