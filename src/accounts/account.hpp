#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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
                                           .required = true,
                                           .without_hidden = true};
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

/// The proof that it is the owner who asks.
inline constexpr FieldRules own_password_rules{.doc = "Yours, to be sure that it is you.",
                                               .chars_max = limits::password_chars_max,
                                               .required = true,
                                               .verbatim = true};

/// Whether an account may be used.
enum class Status : std::uint8_t { active, suspended };
constexpr std::array<std::string_view, 2> names_of(Status) { return {"active", "suspended"}; }

/// Who logs in, as it is shown. The password's hash is in no struct that JSON knows.
struct Account {
  AccountId id;
  std::string username;
  Email email;
  Role role = Role::user;
  Status status = Status::active;
  std::optional<Time> verified_at;
  Time created_at;
  std::string avatar_url = {};  ///< as it is stored; `AvatarUrls` makes it what is shown

  static std::string schema_name() { return "User"; }
  static constexpr auto fields() {
    return kith::fields(field("id", &Account::id), field("username", &Account::username),
                        field("email", &Account::email), field("role", &Account::role),
                        field("status", &Account::status),
                        field("verified_at", &Account::verified_at,
                              {.doc = "UTC; since when the address is known to be the user's."}),
                        field("created_at", &Account::created_at, {.doc = "UTC."}),
                        field("avatar_url", &Account::avatar_url,
                              {.doc = "Your picture, or one made for you: a path on this server, "
                                      "or a whole address where pictures are kept elsewhere.",
                               .example = "/avatars/0c2f5be6d3a94f4a8bd1e0f7a6c5d4e3.webp"}));
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
