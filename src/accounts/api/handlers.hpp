#pragma once

#include <optional>
#include <string>
#include <utility>

#include "accounts/audit.hpp"
#include "base/email.hpp"
#include "http/describe.hpp"
#include "http/handler.hpp"

/// Helpers shared by the REST handlers of accounts.
namespace kith::accounts {

/// Returns the actor, client address and time of a request for the audit log.
inline AuditContext audit_context_of(const http::Exchange& exchange) {
  std::optional<AccountId> actor;
  if (exchange.principal) actor = exchange.principal->account;
  return {actor, std::string(exchange.request.client_address), exchange.now};
}

/// Counts a check of the signed-in account's password against the same limit as sign-ins.
inline Task<std::optional<Error>> charge_guess(http::Exchange& exchange) {
  return http::charge(exchange, http::LimitClass::login_account,
                      std::string(exchange.principal->account.uuid.bytes()));
}

/// Counts a requested mail against the limit of its recipient address.
inline Task<std::optional<Error>> charge_mail(http::Exchange& exchange, const Email& email) {
  return http::charge(exchange, http::LimitClass::mail, account_key(email));
}

using http::shown;

/// Returns the empty reply of an operation without a result.
inline Result<http::NoContent> done(Result<void> result) {
  if (!result) return std::unexpected(std::move(result.error()));
  return http::NoContent{};
}

/// A complete list of items, for lists short enough to need no paging.
template <class T>
struct All {
  std::vector<T> items;

  static std::string schema_name() { return std::string(T::schema_name()) + "s"; }
  static constexpr auto fields() { return kith::fields(field("items", &All::items)); }
};

/// Returns the items of an operation as a complete list.
template <class T>
Result<http::Reply<All<T>>> shown_all(Result<std::vector<T>> values) {
  if (!values) return std::unexpected(std::move(values.error()));
  return http::Reply<All<T>>{{*std::move(values)}};
}

}  // namespace kith::accounts

namespace kith::http {

/// Handlers that change an account take an `AuditContext` parameter.
template <>
struct Extract<accounts::AuditContext> {
  static Result<accounts::AuditContext> from(Exchange& exchange) {
    return accounts::audit_context_of(exchange);
  }
};

}  // namespace kith::http
