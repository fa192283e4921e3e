#include "admin/routes.hpp"

#include <utility>

#include "accounts/api/handlers.hpp"
#include "admin/users.hpp"
#include "base/limits.hpp"
#include "http/paging.hpp"

namespace kith::admin {

using accounts::AuditEntry;
using accounts::done;
using accounts::Services;
using accounts::shown;
using http::Accepted;
using http::Body;
using http::Created;
using http::cursor_rules;
using http::limit_rules;
using http::NoContent;
using http::Page;
using http::page_of;
using http::Params;
using http::Patch;
using http::Reply;

namespace {

struct UserQuery {
  std::optional<std::string> q;
  std::optional<Role> role;
  std::optional<Status> status;
  int limit = limits::page_size_default;
  std::optional<AccountId> cursor;

  static constexpr auto fields() {
    return kith::fields(field("q", &UserQuery::q,
                              {.doc = "Text in the username or e-mail address. Blank: no filter.",
                               .chars_max = limits::search_chars_max}),
                        field("role", &UserQuery::role), field("status", &UserQuery::status),
                        field("limit", &UserQuery::limit, limit_rules),
                        field("cursor", &UserQuery::cursor, cursor_rules));
  }
};

Task<Result<Page<User>>> get_users(Services& services, Params<UserQuery> query) {
  const UserQuery& asked = query.value;
  auto users = co_await list_users(services.store, {.text = asked.q.value_or(""),
                                                    .role = asked.role,
                                                    .status = asked.status,
                                                    .before = asked.cursor,
                                                    .limit = asked.limit});
  if (!users) co_return std::unexpected(std::move(users.error()));
  for (User& user : *users) services.avatar_urls.complete(user);
  co_return page_of(std::move(users), asked.limit);
}

/// The input for an account that an administrator creates.
struct NewUser : accounts::SignUpRequest {
  Role role = Role::user;

  static std::string schema_name() { return "NewUser"; }
  static constexpr auto fields() {
    return SignUpRequest::fields() + kith::fields(field("role", &NewUser::role));
  }
};

Task<Result<Created<User>>> create_user(Services& services, Body<NewUser> body,
                                        AuditContext trace) {
  const Role role = body.value.role;
  const auto account = co_await services.accounts.create(std::move(body.value),
                                                         {.role = role, .trace = std::move(trace)});
  if (!account) co_return std::unexpected(account.error());
  auto user = services.avatar_urls.shown(co_await get_user(services.store, account->id));
  if (!user) co_return std::unexpected(std::move(user.error()));
  const std::string location = "/api/v1/admin/users/" + user->id.to_string();
  co_return Created<User>{*std::move(user), location};
}

Task<Result<Reply<User>>> get_one(Services& services, AccountId id) {
  co_return shown(services.avatar_urls.shown(co_await get_user(services.store, id)));
}

Task<Result<Reply<User>>> change(Services& services, AccountId id, Patch<UserChange> patch,
                                 http::Exchange* exchange) {
  const auto current = co_await get_user(services.store, id);
  if (!current) co_return std::unexpected(current.error());
  const auto wanted = patch.onto({current->role, current->status});
  if (!wanted) co_return std::unexpected(wanted.error());
  auto changed =
      co_await change_user(services.store, *current, *wanted,
                           {exchange->principal->role, accounts::audit_context_of(*exchange)});
  if (changed) services.sessions.forget_principals(id);
  co_return shown(services.avatar_urls.shown(std::move(changed)));
}

/// Sends another verification link, for users that have lost the first.
Task<Result<Accepted>> resend_verification(Services& services, AccountId id, AuditContext trace) {
  const auto user = co_await get_user(services.store, id);
  if (!user) co_return std::unexpected(user.error());
  if (user->verified_at)
    co_return refuse(Errc::conflict, "The e-mail address is already confirmed.");
  const auto sent = co_await services.email_verification.resend(user->email, std::move(trace));
  if (!sent) co_return std::unexpected(sent.error());
  co_return Accepted{};
}

Task<Result<NoContent>> erase_user(Services& services, AccountId id, AuditContext trace) {
  const auto erased = co_await services.accounts.erase(id, std::move(trace));
  if (erased) services.sessions.forget_principals(id);
  co_return done(erased);
}

struct AuditQuery {
  std::optional<AccountId> account;
  std::optional<accounts::Action> action;
  int limit = limits::page_size_default;
  std::optional<AuditId> cursor;

  static constexpr auto fields() {
    return kith::fields(field("account", &AuditQuery::account, {.doc = "The affected account."}),
                        field("action", &AuditQuery::action),
                        field("limit", &AuditQuery::limit, limit_rules),
                        field("cursor", &AuditQuery::cursor, cursor_rules));
  }
};

Task<Result<Page<AuditEntry>>> get_audit(Services& services, Params<AuditQuery> query) {
  const AuditQuery& asked = query.value;
  co_return page_of(co_await accounts::list_audit(
                        services.store, {asked.account, asked.action, asked.cursor, asked.limit}),
                    asked.limit);
}

}  // namespace

std::vector<http::Route> routes(Services* services) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  return {
      {get, "/api/v1/admin/users", endpoint<&get_users>(services), accounts_moderate, "list_users",
       "List all accounts, newest first"},
      {.verb = post,
       .path = "/api/v1/admin/users",
       .endpoint = endpoint<&create_user>(services),
       .access = accounts_manage,
       .id = "create_user",
       .summary = "Create an account",
       .errors = {Errc::conflict}},
      {get, "/api/v1/admin/users/{id}", endpoint<&get_one>(services), accounts_moderate, "get_user",
       "Get an account"},
      {.verb = patch,
       .path = "/api/v1/admin/users/{id}",
       .endpoint = endpoint<&change>(services),
       .access = accounts_moderate,
       .id = "change_user",
       .summary = "Suspend or reinstate an account, or change its role",
       .errors = {Errc::conflict}},
      {.verb = del,
       .path = "/api/v1/admin/users/{id}",
       .endpoint = endpoint<&erase_user>(services),
       .access = accounts_manage,
       .id = "erase_user",
       .summary = "Delete an account and all its data permanently",
       .errors = {Errc::conflict}},
      {.verb = post,
       .path = "/api/v1/admin/users/{id}/verification",
       .endpoint = endpoint<&resend_verification>(services),
       .access = accounts_moderate,
       .id = "resend_verification_to",
       .summary = "Send another verification link",
       .errors = {Errc::conflict}},
      {get, "/api/v1/admin/audit", endpoint<&get_audit>(services), service_inspect, "list_audit",
       "List the audit log, newest first"},
  };
}

}  // namespace kith::admin
