#include <string>
#include <utility>

#include "accounts/api/handlers.hpp"
#include "accounts/api/link_requests.hpp"
#include "accounts/api/routes.hpp"
#include "base/limits.hpp"

namespace kith::accounts {

using http::Accepted;
using http::Body;
using http::DoneOrAccepted;
using http::Exchange;
using http::Reply;

namespace {

struct Confirmation {
  std::string token;

  static std::string schema_name() { return "Confirmation"; }
  static constexpr auto fields() {
    return kith::fields(field("token", &Confirmation::token, token_rules));
  }
};

/// The new e-mail address, and the password as proof that the owner requests the change.
struct EmailChange {
  Email email;
  std::string current_password;

  static std::string schema_name() { return "EmailChange"; }
  static constexpr auto fields() {
    return kith::fields(
        field("email", &EmailChange::email, email_rules),
        field("current_password", &EmailChange::current_password, own_password_rules));
  }
};

Task<Result<Reply<Address>>> verify(Services& services, Body<Confirmation> body,
                                    AuditContext trace) {
  auto email =
      co_await services.email_verification.verify(std::move(body.value.token), std::move(trace));
  if (!email) co_return std::unexpected(std::move(email.error()));
  co_return Reply<Address>{{*std::move(email)}};
}

Task<Result<Accepted>> resend(Services& services, Body<AddressRequest> body, Exchange* exchange) {
  if (auto refused = co_await charge_mail(*exchange, body.value.email)) {
    co_return std::unexpected(*std::move(refused));
  }
  co_return co_await concealed(
      services.email_verification.resend(std::move(body.value.email), audit_context_of(*exchange)));
}

Task<Result<DoneOrAccepted<Account>>> change_email(Services& services, Body<EmailChange> body,
                                                   Exchange* exchange) {
  if (auto refused = co_await charge_guess(*exchange)) {
    co_return std::unexpected(*std::move(refused));
  }
  const AccountId me = exchange->principal->account;
  const auto proved = co_await services.sessions.prove(me, "current_password",
                                                       std::move(body.value.current_password));
  if (!proved) co_return std::unexpected(proved.error());
  if (auto refused = co_await charge_mail(*exchange, body.value.email)) {
    co_return std::unexpected(*std::move(refused));
  }
  const auto done = co_await services.email_verification.change_email(std::move(body.value.email),
                                                                      audit_context_of(*exchange));
  if (!done) co_return std::unexpected(done.error());
  if (!*done) co_return DoneOrAccepted<Account>{};
  auto account = services.avatar_urls.shown(co_await services.accounts.get(me));
  if (!account) co_return std::unexpected(std::move(account.error()));
  co_return DoneOrAccepted<Account>{*std::move(account)};
}

}  // namespace

std::vector<http::Route> email_verification_routes(Services* services) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  return {
      {.verb = post,
       .path = "/api/v1/auth/verify",
       .endpoint = endpoint<&verify>(services),
       .access = anyone,
       .id = "verify_email",
       .summary = "Confirm an e-mail address",
       .errors = {Errc::forbidden, Errc::conflict},
       .body_bytes_max = limits::access_body_bytes_max,
       .limit = http::LimitClass::token},
      {.verb = post,
       .path = "/api/v1/auth/verify/resend",
       .endpoint = endpoint<&resend>(services),
       .access = anyone,
       .id = "resend_verification",
       .summary = "Request another verification link; the answer is the same for any address",
       .body_bytes_max = limits::access_body_bytes_max,
       .limit = http::LimitClass::signup},
      {.verb = put,
       .path = "/api/v1/users/me/email",
       .endpoint = endpoint<&change_email>(services),
       .access = own_account,
       .id = "change_email",
       .summary = "Change your e-mail address; takes effect once the new address is confirmed",
       .errors = {Errc::conflict, Errc::too_many_requests}},
  };
}

}  // namespace kith::accounts
