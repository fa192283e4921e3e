#include <array>
#include <string>
#include <utility>
#include <vector>

#include "accounts/api/handlers.hpp"
#include "accounts/api/routes.hpp"
#include "base/version.hpp"

namespace kith::accounts {

using http::Reply;

namespace {

/// What KITH_SIGNUP means for people who want an account.
enum class SignupMode : std::uint8_t { open, domains, closed };
constexpr std::array<std::string_view, 3> names_of(SignupMode) {
  return {"open", "domains", "closed"};
}

/// What clients need to know before users sign in.
struct SiteView {
  std::string version{kith::version};
  bool has_administrator = false;
  SignupMode signup = SignupMode::open;
  std::vector<std::string> signup_domains = {};

  static std::string schema_name() { return "Site"; }
  static constexpr auto fields() {
    return kith::fields(
        field("version", &SiteView::version, {.doc = "The version of the server."}),
        field("has_administrator", &SiteView::has_administrator,
              {.doc = "False until the set-up link has been used."}),
        field("signup", &SiteView::signup,
              {.doc = "Whether people can create accounts for themselves: `open`, only with an "
                      "e-mail address at one of `signup_domains`, or `closed`."}),
        field("signup_domains", &SiteView::signup_domains,
              {.doc = "The domains in lower case; empty unless `signup` is `domains`."}));
  }
};

SignupMode mode_of(const SignupPolicy& policy) {
  if (policy.open) return SignupMode::open;
  return policy.is_closed() ? SignupMode::closed : SignupMode::domains;
}

Task<Result<Reply<SiteView>>> get_site(Services& services) {
  const auto has_administrator = co_await services.accounts.has_administrator();
  if (!has_administrator) co_return std::unexpected(has_administrator.error());
  const SignupPolicy& policy = services.rules.signup;
  co_return Reply<SiteView>{{.has_administrator = *has_administrator,
                             .signup = mode_of(policy),
                             .signup_domains = policy.domains}};
}

}  // namespace

std::vector<http::Route> site_routes(Services* services) {
  return {{.verb = http::Verb::get,
           .path = "/api/v1/site",
           .endpoint = http::endpoint<&get_site>(services),
           .access = http::Access::anyone,
           .id = "get_site",
           .summary = "Get what this server offers to new users",
           .errors = {Errc::unavailable}}};
}

}  // namespace kith::accounts
