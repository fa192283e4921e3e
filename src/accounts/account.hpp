#pragma once

#include <string>

#include "base/email.hpp"
#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/limits.hpp"
#include "base/time.hpp"
#include "http/principal.hpp"

namespace kith::accounts {

using http::Role;

/// The rules of a display name, an address and a new password, wherever they come in.
inline constexpr FieldRules username_rules{.doc = "Shown to you; not unique.",
                                           .example = "Anna",
                                           .chars_min = 1,
                                           .chars_max = limits::username_chars_max,
                                           .required = true};
inline constexpr FieldRules email_rules{.doc = "Identifies the account.",
                                        .example = "anna@example.org",
                                        .chars_max = limits::email_chars_max,
                                        .required = true};
inline constexpr FieldRules new_password_rules{.doc = "Any characters.",
                                               .example = "correct horse battery",
                                               .chars_min = limits::password_chars_min,
                                               .chars_max = limits::password_chars_max,
                                               .required = true,
                                               .verbatim = true};

/// Who logs in, as it is shown. The password's hash is in no struct that JSON knows.
struct Account {
  AccountId id;
  std::string username;
  Email email;
  Role role = Role::user;
  Time created_at;

  static std::string schema_name() { return "User"; }
  static constexpr auto fields() {
    return kith::fields(field("id", &Account::id), field("username", &Account::username),
                        field("email", &Account::email), field("role", &Account::role),
                        field("created_at", &Account::created_at, {.doc = "UTC."}));
  }
};

/// What an account is made from.
struct Signup {
  std::string username;
  Email email;
  std::string password;

  static std::string schema_name() { return "Signup"; }
  static constexpr auto fields() {
    return kith::fields(field("username", &Signup::username, username_rules),
                        field("email", &Signup::email, email_rules),
                        field("password", &Signup::password, new_password_rules));
  }
};

}  // namespace kith::accounts
