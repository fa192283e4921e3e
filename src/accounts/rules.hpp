#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/email.hpp"
#include "base/error.hpp"
#include "mail/templates.hpp"

namespace kith::accounts {

/// The sign-up policy, the setting KITH_SIGNUP. `open`: everyone can create an account; `closed`:
/// only administrators can; otherwise users with an address in a list of domains
/// (`example.org,example.net`). Each domain needs a dot.
struct SignupPolicy {
  std::string text = "open";
  bool open = true;
  std::vector<std::string> domains = {};  ///< in the form of `account_key`

  static std::expected<SignupPolicy, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  bool is_closed() const { return !open && domains.empty(); }
  bool allows(const Email& email) const;

  bool operator==(const SignupPolicy&) const = default;
};

/// The settings for accounts.
struct SignUpRules {
  const mail::Site& site;  ///< base of the mailed links
  SignupPolicy signup = {};
  bool conceals = false;              ///< do not reveal whether an address has an account
  bool demands_verification = false;  ///< sign-in requires a verified address
};

/// Returns the error for an address that `SignupPolicy::allows` refuses.
std::unexpected<Error> domain_not_allowed();

}  // namespace kith::accounts
