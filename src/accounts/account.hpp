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
#include "base/region.hpp"
#include "base/time.hpp"
#include "http/principal.hpp"

namespace kith::accounts {

using http::Role;

/// Rules for the display name, the e-mail address and a new password, shared by all requests that
/// set them.
inline constexpr FieldRules username_rules{.doc = "Display name; need not be unique.",
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

inline constexpr FieldRules region_rules{
    .doc =
        "The country of phone numbers that are written without a country code (ISO 3166-1 "
        "alpha-2, or XK). New accounts have the one that the languages of the client suggest. "
        "Null: unknown.",
    .example = "AT"};

/// Rules for the current password, which proves that the request comes from the owner.
inline constexpr FieldRules own_password_rules{
    .doc = "Your current password, as proof of identity.",
    .chars_max = limits::password_chars_max,
    .required = true,
    .verbatim = true};

/// The state of an account: suspended accounts cannot sign in.
enum class Status : std::uint8_t { active, suspended };
constexpr std::array<std::string_view, 2> names_of(Status) { return {"active", "suspended"}; }

/// An account as clients see it. The password hash is deliberately not part of any JSON type.
struct Account {
  AccountId id;
  std::string username;
  Email email;
  Role role = Role::user;
  Status status = Status::active;
  std::optional<Time> verified_at;
  Time created_at;
  std::optional<Region> default_region = {};
  std::string avatar_url = {};  ///< as stored; `AvatarUrls` turns it into the URL for clients

  static std::string schema_name() { return "User"; }
  static constexpr auto fields() {
    return kith::fields(
        field("id", &Account::id), field("username", &Account::username),
        field("email", &Account::email), field("role", &Account::role),
        field("status", &Account::status),
        field("verified_at", &Account::verified_at,
              {.doc = "UTC; when the e-mail address was verified."}),
        field("created_at", &Account::created_at, {.doc = "UTC."}),
        field("default_region", &Account::default_region, region_rules),
        field("avatar_url", &Account::avatar_url,
              {.doc = "Your picture, or a generated one: a path on this server, or an "
                      "absolute URL if pictures are stored elsewhere.",
               .example = "/avatars/0c2f5be6d3a94f4a8bd1e0f7a6c5d4e3.webp"}));
  }
};

/// What users change of their own account.
struct Profile {
  std::string username;
  std::optional<Region> default_region;

  static std::string schema_name() { return "Profile"; }
  static constexpr auto fields() {
    return kith::fields(field("username", &Profile::username, username_rules),
                        field("default_region", &Profile::default_region, region_rules));
  }

  bool operator==(const Profile&) const = default;
};

/// The input for a new account.
struct SignUpRequest {
  std::string username;
  Email email;
  std::string password;

  static std::string schema_name() { return "Signup"; }
  static constexpr auto fields() {
    return kith::fields(field("username", &SignUpRequest::username, username_rules),
                        field("email", &SignUpRequest::email, email_rules),
                        field("password", &SignUpRequest::password, new_password_rules));
  }
};

}  // namespace kith::accounts
