#pragma once

#include <optional>
#include <string>
#include <utility>

#include "accounts/audit.hpp"
#include "base/email.hpp"
#include "http/describe.hpp"
#include "http/handler.hpp"

/// What the REST doors of accounts share.
namespace kith::accounts {

/// Who makes the request, from where and when.
inline AuditContext audit_context_of(const http::Exchange& exchange) {
  std::optional<AccountId> actor;
  if (exchange.principal) actor = exchange.principal->account;
  return {actor, std::string(exchange.request.client_address), exchange.now};
}

/// Guesses at one's own password are counted as those at the source are.
inline Task<std::optional<Error>> charge_guess(http::Exchange& exchange) {
  return http::charge(exchange, http::LimitClass::login_account,
                      std::string(exchange.principal->account.uuid.bytes()));
}

/// The mails that somebody lets us send to an address are counted for it.
inline Task<std::optional<Error>> charge_mail(http::Exchange& exchange, const Email& email) {
  return http::charge(exchange, http::LimitClass::mail, account_key(email));
}

using http::shown;

/// The empty answer of what was done.
inline Result<http::NoContent> done(Result<void> result) {
  if (!result) return std::unexpected(std::move(result.error()));
  return http::NoContent{};
}

/// All of something that is never much.
template <class T>
struct All {
  std::vector<T> items;

  static std::string schema_name() { return std::string(T::schema_name()) + "s"; }
  static constexpr auto fields() { return kith::fields(field("items", &All::items)); }
};

/// The same of a list.
template <class T>
Result<http::Reply<All<T>>> shown_all(Result<std::vector<T>> values) {
  if (!values) return std::unexpected(std::move(values.error()));
  return http::Reply<All<T>>{{*std::move(values)}};
}

}  // namespace kith::accounts

namespace kith::http {

/// A handler that does something to an account takes a `AuditContext`.
template <>
struct Extract<accounts::AuditContext> {
  static Result<accounts::AuditContext> from(Exchange& exchange) {
    return accounts::audit_context_of(exchange);
  }
};

}  // namespace kith::http
