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

/// An app password as its owner sees it: a separately revocable credential with which a phone or a
/// script signs in instead of the account password.
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
              {.doc = "Network address of the last use."}));
  }
};

/// A new app password with its secret, which is returned only once.
struct NewAppPassword : AppPassword {
  std::string password;

  static std::string schema_name() { return "NewAppPassword"; }
  static constexpr auto fields() {
    return AppPassword::fields() +
           kith::fields(
               field("password", &NewAppPassword::password,
                     {.doc = "Returned only once. Send it as `Authorization: Bearer`, or with "
                             "the e-mail address as Basic credentials.",
                      .stored = false,
                      .secret = true}));
  }
};

/// The input for a new app password.
struct AppPasswordRequest {
  std::string name;
  http::Scope scope = http::Scope::dav;
  std::string current_password;  ///< so that a stolen session cannot create one

  static std::string schema_name() { return "AppPasswordRequest"; }
  static constexpr auto fields() {
    return kith::fields(
        field("name", &AppPasswordRequest::name,
              {.doc = "A name by which you recognize it.",
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
  /// Rejects the scope of a full session, which app passwords cannot have.
  std::vector<FieldError> check(Time) const;
};

/// Returns the digest under which the app password `text` is stored, ignoring case, dashes and
/// blanks. Nothing if `text` cannot be an app password.
std::optional<std::string> app_password_hash(std::string_view text);

/// Creates an app password. REQUIRES: the password in the request was verified. Errors: `conflict`
/// when the account has `limits::app_passwords_max`; `unavailable`.
Task<Result<NewAppPassword>> make_app_password(store::Store& store, AppPasswordRequest request,
                                               AuditContext trace);

/// Returns the app passwords of an account, newest first. Errors: `unavailable`.
Task<Result<std::vector<AppPassword>>> list_app_passwords(store::Store& store, AccountId account);

/// Revokes an app password. Errors: `not_found`, `unavailable`.
Task<Result<void>> revoke_app_password(store::Store& store, AppPasswordId id, AuditContext trace);

}  // namespace kith::accounts
