#include "accounts/sign_up.hpp"

#include <utility>

#include "mail/outbox.hpp"

namespace kith::accounts {

Task<Result<std::optional<Account>>> SignUp::run(SignUpRequest request, NewAccount made) {
  if (rules_.signup.is_closed()) {
    co_return std::unexpected(Error{
        .code = Errc::forbidden,
        .detail = "Only administrators create accounts on this server. Ask an administrator for "
                  "an account.",
        .slug = "signup-closed"});
  }
  if (!rules_.signup.allows(request.email)) co_return domain_not_allowed();
  made.verified = !rules_.demands_verification;
  if (rules_.conceals) co_return co_await run_concealed(std::move(request), std::move(made));
  co_return co_await accounts_.create(std::move(request), std::move(made));
}

/// Takes the same steps for an address that already has an account, including the password hash, so
/// that the response time does not reveal it.
Task<Result<std::optional<Account>>> SignUp::run_concealed(SignUpRequest request, NewAccount made) {
  const auto owner = co_await accounts_.find(request.email);
  if (!owner && owner.error().code == Errc::not_found) {
    const auto account = co_await accounts_.create(std::move(request), std::move(made));
    const bool fails = !account && account.error().code != Errc::conflict;
    if (fails) co_return std::unexpected(account.error());
    co_return std::nullopt;
  }
  if (!owner) co_return std::unexpected(owner.error());
  Account wanted;
  wanted.username = std::move(request.username);
  wanted.email = std::move(request.email);
  const auto unused = co_await accounts_.hash_new("password", std::move(request.password), wanted);
  if (!unused) co_return std::unexpected(unused.error());
  store::Batch batch;
  mail::append_mail(batch,
                    {mail::sign_up_attempt(owner->email, rules_.site), owner->id, made.trace.at});
  const auto written = co_await store_.write(owner->id, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  co_return std::nullopt;
}

}  // namespace kith::accounts
