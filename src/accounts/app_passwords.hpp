#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/account.hpp"
#include "accounts/audit.hpp"
#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "http/principal.hpp"
#include "store/store.hpp"

namespace kith::accounts {

/// An app password as its owner sees it: what a phone or a script signs in with instead of the
/// password, and which can be taken away alone.
struct AppPassword {
  AppPasswordId id;
  std::string name;
  http::Scope scope = http::Scope::dav;
  Time created_at;
  std::optional<Time> last_used_at;
  std::optional<std::string> last_address;

  static std::string schema_name() { return "AppPassword"; }
  static constexpr auto fields() {
    return kith::fields(
        field("id", &AppPassword::id), field("name", &AppPassword::name),
        field("scope", &AppPassword::scope),
        field("created_at", &AppPassword::created_at, {.doc = "UTC."}),
        field("last_used_at", &AppPassword::last_used_at, {.doc = "UTC, to the minute."}),
        field("last_address", &AppPassword::last_address,
              {.doc = "Of the network that it was last used from."}));
  }
};

/// The same at the only time when the secret is known.
struct NewAppPassword : AppPassword {
  std::string password;

  static std::string schema_name() { return "NewAppPassword"; }
  static constexpr auto fields() {
    return AppPassword::fields() +
           kith::fields(
               field("password", &NewAppPassword::password,
                     {.doc = "Shown this once. Send it as `Authorization: Bearer`, or with "
                             "the e-mail address as Basic credentials.",
                      .stored = false,
                      .secret = true}));
  }
};

/// What an app password is made from.
struct AppPasswordRequest {
  std::string name;
  http::Scope scope = http::Scope::dav;
  std::string current_password;  ///< so that a stolen session does not become one for good

  static std::string schema_name() { return "AppPasswordRequest"; }
  static constexpr auto fields() {
    return kith::fields(
        field("name", &AppPasswordRequest::name,
              {.doc = "What you know it by.",
               .example = "Anna's phone",
               .chars_min = 1,
               .chars_max = limits::app_password_name_chars_max,
               .required = true}),
        field(
            "scope", &AppPasswordRequest::scope,
            {.doc = "`dav`: reading and changing contacts by CardDAV; `dav:read`: reading them by "
                    "CardDAV; `api:read`: reading them by this API; `api`: changing them, too.",
             .example = "api:read",
             .required = true}),
        field("current_password", &AppPasswordRequest::current_password, own_password_rules));
  }
  /// Nobody hands out what a whole session may.
  std::vector<FieldError> check(Time) const;
};

/// The secret of an app password as it is kept: typed with or without dashes and blanks, in any
/// case. Nothing when no app password can look like `text`.
std::optional<std::string> app_password_hash(std::string_view text);

/// REQUIRES: the password of the request has been proved. Errors: `conflict` when the account has
/// `limits::app_passwords_max`; `unavailable`.
Task<Result<NewAppPassword>> make_app_password(store::Store& store, AppPasswordRequest request,
                                               AuditContext trace);

/// The account's, newest first. Errors: `unavailable`.
Task<Result<std::vector<AppPassword>>> list_app_passwords(store::Store& store, AccountId account);

/// Errors: `not_found`, `unavailable`.
Task<Result<void>> revoke_app_password(store::Store& store, AppPasswordId id, AuditContext trace);

}  // namespace kith::accounts
