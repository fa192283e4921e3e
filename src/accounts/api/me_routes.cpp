#include <string>
#include <utility>

#include "accounts/api/handlers.hpp"
#include "accounts/api/routes.hpp"
#include "accounts/app_passwords.hpp"
#include "base/limits.hpp"

namespace kith::accounts {

using http::Body;
using http::Created;
using http::NoContent;
using http::Patch;
using http::Principal;
using http::Reply;

namespace {

/// The password, which proves that the owner requests the deletion.
struct Farewell {
  std::string password;

  static std::string schema_name() { return "Farewell"; }
  static constexpr auto fields() {
    return kith::fields(field("password", &Farewell::password, own_password_rules));
  }
};

Task<Result<Reply<Account>>> get_me(Services& services, Principal who) {
  co_return shown(services.avatar_urls.shown(co_await services.accounts.get(who.account)));
}

Task<Result<Reply<Account>>> change_me(Services& services, Principal who, Patch<Profile> patch) {
  for (int attempt = 1;; ++attempt) {
    const auto current = co_await services.accounts.get(who.account);
    if (!current) co_return std::unexpected(current.error());
    auto wanted = patch.onto({current->username, current->default_region});
    if (!wanted) co_return std::unexpected(std::move(wanted.error()));
    auto changed =
        co_await services.accounts.change_profile(*current, *std::move(wanted), patch.now);
    const bool is_outrun = !changed && changed.error().code == Errc::conflict;
    if (is_outrun && attempt < limits::write_attempts_max) continue;
    if (changed) services.sessions.forget_principals(who.account);
    co_return shown(services.avatar_urls.shown(std::move(changed)));
  }
}

Task<Result<NoContent>> change_password(Services& services, Body<PasswordChange> body,
                                        http::Exchange* exchange) {
  if (auto refused = co_await charge_guess(*exchange)) {
    co_return std::unexpected(*std::move(refused));
  }
  co_return done(co_await services.sessions.change_password(
      std::move(body.value), exchange->principal->session, audit_context_of(*exchange)));
}

Task<Result<NoContent>> erase_me(Services& services, Body<Farewell> body,
                                 http::Exchange* exchange) {
  if (auto refused = co_await charge_guess(*exchange)) {
    co_return std::unexpected(*std::move(refused));
  }
  co_return done(co_await services.sessions.erase_account(std::move(body.value.password),
                                                          audit_context_of(*exchange)));
}

Task<Result<Created<NewAppPassword>>> create_app_password(Services& services,
                                                          Body<AppPasswordRequest> body,
                                                          http::Exchange* exchange) {
  if (auto refused = co_await charge_guess(*exchange)) {
    co_return std::unexpected(*std::move(refused));
  }
  const auto proved = co_await services.sessions.prove(
      exchange->principal->account, "current_password", body.value.current_password);
  if (!proved) co_return std::unexpected(proved.error());
  auto made = co_await make_app_password(services.store, std::move(body.value),
                                         audit_context_of(*exchange));
  if (!made) co_return std::unexpected(std::move(made.error()));
  const std::string location = "/api/v1/users/me/app-passwords/" + made->id.to_string();
  co_return Created<NewAppPassword>{*std::move(made), location};
}

Task<Result<Reply<All<AppPassword>>>> get_app_passwords(Services& services, Principal who) {
  co_return shown_all(co_await list_app_passwords(services.store, who.account));
}

Task<Result<NoContent>> delete_app_password(Services& services, AppPasswordId id,
                                            AuditContext trace) {
  const AccountId me = *trace.actor;
  const auto revoked = co_await revoke_app_password(services.store, id, std::move(trace));
  if (revoked) services.sessions.forget_principals(me);
  co_return done(revoked);
}

}  // namespace

std::vector<http::Route> me_routes(Services* services) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  return {
      {get, "/api/v1/users/me", endpoint<&get_me>(services), own_identity, "get_me",
       "Get your account"},
      {.verb = patch,
       .path = "/api/v1/users/me",
       .endpoint = endpoint<&change_me>(services),
       .access = own_account,
       .id = "change_me",
       .summary = "Change your display name or region (JSON merge patch)",
       .errors = {Errc::conflict}},
      {.verb = del,
       .path = "/api/v1/users/me",
       .endpoint = endpoint<&erase_me>(services),
       .access = own_account,
       .id = "erase_me",
       .summary = "Delete your account and all its data permanently",
       .errors = {Errc::conflict, Errc::too_many_requests}},
      {.verb = put,
       .path = "/api/v1/users/me/password",
       .endpoint = endpoint<&change_password>(services),
       .access = own_account,
       .id = "change_password",
       .summary = "Change your password and end your other sessions",
       .errors = {Errc::conflict, Errc::too_many_requests}},
      {.verb = post,
       .path = "/api/v1/users/me/app-passwords",
       .endpoint = endpoint<&create_app_password>(services),
       .access = own_account,
       .id = "create_app_password",
       .summary = "Create an app password for a phone or a script",
       .errors = {Errc::conflict, Errc::too_many_requests}},
      {get, "/api/v1/users/me/app-passwords", endpoint<&get_app_passwords>(services), own_account,
       "list_app_passwords", "List your app passwords"},
      {del, "/api/v1/users/me/app-passwords/{id}", endpoint<&delete_app_password>(services),
       own_account, "revoke_app_password", "Revoke an app password"},
  };
}

}  // namespace kith::accounts
