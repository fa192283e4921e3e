#include "accounts/rules.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace kith::accounts {

namespace {

constexpr std::string_view wrong =
    "must be open, closed, or domains such as example.org,example.net";

/// Returns the part of an account's key after the @.
std::string domain_of(const Email& email) {
  const std::string key = account_key(email);
  return key.substr(key.rfind('@') + 1);
}

}  // namespace

std::expected<SignupPolicy, std::string_view> SignupPolicy::parse(std::string_view text) {
  SignupPolicy policy{.text = std::string(text), .open = text == "open"};
  if (policy.open || text == "closed") return policy;
  while (!text.empty()) {
    const auto comma = text.find(',');
    const auto address =
        Email::parse("somebody@" + std::string(trimmed(text.substr(0, comma), " ")));
    if (!address) return std::unexpected(wrong);
    // A word without a dot is a mistyped policy (`close`, `Open`) that would disable sign-up.
    if (!domain_of(*address).contains('.')) return std::unexpected(wrong);
    policy.domains.push_back(domain_of(*address));
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  if (policy.domains.empty()) return std::unexpected(wrong);
  return policy;
}

bool SignupPolicy::allows(const Email& email) const {
  return open || std::ranges::find(domains, domain_of(email)) != domains.end();
}

std::unexpected<Error> domain_not_allowed() {
  return std::unexpected(
      invalid_field("email", "must be in a domain that may sign up on this server"));
}

}  // namespace kith::accounts
