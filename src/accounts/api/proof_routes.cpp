#include <chrono>
#include <exception>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <spdlog/spdlog.h>

#include "accounts/api/handlers.hpp"
#include "accounts/api/routes.hpp"
#include "base/limits.hpp"
#include "base/pause.hpp"

namespace kith::accounts {

namespace asio = boost::asio;

using http::Accepted;
using http::Body;
using http::DoneOrAccepted;
using http::Exchange;
using http::Reply;

namespace {

struct Address {
  Email email;

  static std::string schema_name() { return "Address"; }
  static constexpr auto fields() {
    return kith::fields(field("email", &Address::email, email_rules));
  }
};

/// An address in a request, with a schema of its own because requests reject unknown keys.
struct AddressRequest : Address {
  static std::string schema_name() { return "AddressRequest"; }
};

constexpr FieldRules token_rules{.doc = "The token from the mailed link.",
                                 .chars_max = limits::token_chars_max,
                                 .required = true,
                                 .verbatim = true};

struct Confirmation {
  std::string token;

  static std::string schema_name() { return "Confirmation"; }
  static constexpr auto fields() {
    return kith::fields(field("token", &Confirmation::token, token_rules));
  }
};

struct PasswordReset {
  std::string token;
  std::string password;

  static std::string schema_name() { return "PasswordReset"; }
  static constexpr auto fields() {
    return kith::fields(field("token", &PasswordReset::token, token_rules),
                        field("password", &PasswordReset::password, new_password_rules));
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

/// Runs `work` in the background and answers after a fixed time, so that neither the result nor the
/// response time reveals whether the account exists. Failures are logged.
Task<Result<Accepted>> concealed(Task<Result<void>> work) {
  const auto end = std::chrono::steady_clock::now() + limits::concealed_answer_time;
  asio::co_spawn(co_await asio::this_coro::executor, std::move(work),
                 [](const std::exception_ptr& broken, const Result<void>& done) {
                   if (broken)
                     spdlog::error("accounts: storing a requested mail failed with an exception");
                   if (!broken && !done)
                     spdlog::warn("accounts: storing a requested mail failed: {}",
                                  done.error().detail);
                 });
  co_await pause_until(end);
  co_return Accepted{};
}

Result<Reply<Address>> address(Result<Email> email) {
  if (!email) return std::unexpected(std::move(email.error()));
  return Reply<Address>{{*std::move(email)}};
}

Task<Result<Reply<Address>>> verify(Services& services, Body<Confirmation> body,
                                    AuditContext trace) {
  co_return address(co_await services.proofs.verify(std::move(body.value.token), std::move(trace)));
}

Task<Result<Accepted>> resend(Services& services, Body<AddressRequest> body, Exchange* exchange) {
  if (auto refused = co_await charge_mail(*exchange, body.value.email)) {
    co_return std::unexpected(*std::move(refused));
  }
  co_return co_await concealed(services.proofs.resend_verification(std::move(body.value.email),
                                                                   audit_context_of(*exchange)));
}

Task<Result<Accepted>> forgot(Services& services, Body<AddressRequest> body, Exchange* exchange) {
  if (auto refused = co_await charge_mail(*exchange, body.value.email)) {
    co_return std::unexpected(*std::move(refused));
  }
  co_return co_await concealed(
      services.proofs.ask_for_reset(std::move(body.value.email), audit_context_of(*exchange)));
}

Task<Result<Reply<Address>>> reset(Services& services, Body<PasswordReset> body,
                                   AuditContext trace) {
  auto account = co_await services.proofs.reset_password(
      std::move(body.value.token), std::move(body.value.password), std::move(trace));
  if (!account) co_return std::unexpected(std::move(account.error()));
  services.sessions.forget_principals(account->id);
  co_return Reply<Address>{{std::move(account->email)}};
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
  const auto done = co_await services.proofs.change_email(std::move(body.value.email),
                                                          audit_context_of(*exchange));
  if (!done) co_return std::unexpected(done.error());
  if (!*done) co_return DoneOrAccepted<Account>{};
  auto account = services.avatar_urls.shown(co_await services.accounts.get(me));
  if (!account) co_return std::unexpected(std::move(account.error()));
  co_return DoneOrAccepted<Account>{*std::move(account)};
}

}  // namespace

std::vector<http::Route> proof_routes(Services* services) {
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
