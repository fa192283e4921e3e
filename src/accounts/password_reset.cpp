#include "accounts/password_reset.hpp"

#include <utility>

#include "accounts/lock_out.hpp"
#include "mail/outbox.hpp"
#include "store/query.hpp"

namespace kith::accounts {

using store::Query;

Task<Result<void>> PasswordReset::request(Email email, AuditContext trace) {
  const auto account = co_await accounts_.find(std::move(email));
  const bool fails = !account && account.error().code != Errc::not_found;
  if (fails) co_return std::unexpected(account.error());
  if (!account || account->status != Status::active) co_return Result<void>();
  auto link = MailedLink::make(LinkPurpose::reset_password, account->id, account->email, trace.at);
  store::Batch batch;
  mail::append_mail(
      batch, {mail::reset_password(account->email, site_, link.path()), account->id, trace.at});
  append_link(batch, std::move(link));
  append_audit(batch, AuditEntry::make(Action::password_reset_asked, account->id, trace));
  const auto written = co_await store_.write(account->id, std::move(batch));
  if (!written && written.error().code == Errc::conflict)
    co_return Result<void>();  // the account is gone
  if (!written) co_return std::unexpected(written.error());
  co_return Result<void>();
}

namespace {

// The reset link also proves access to the mailbox, so the address counts as verified.
const Query set_password{"password_reset.set_password",
                         "update accounts set password_hash = $2, updated_at = $3, "
                         "verified_at = coalesce(verified_at, $3) where id = $1"};
}  // namespace

Task<Result<Account>> PasswordReset::reset(std::string token, std::string password,
                                           AuditContext trace) {
  const auto found =
      co_await find_token(store_, LinkPurpose::reset_password, std::move(token), trace.at);
  if (!found) co_return std::unexpected(found.error());
  if (!*found) co_return invalid_link();
  const auto account = co_await accounts_.get((*found)->account);
  const bool counts = account && account->status == Status::active &&
                      account_key(account->email) == account_key((*found)->email);
  if (!counts) co_return invalid_link();
  const auto hash = co_await accounts_.hash_new("password", std::move(password), *account);
  if (!hash) co_return std::unexpected(hash.error());
  store::Batch batch;
  append_spending(batch, **found);
  batch.add(set_password, account->id, *hash, trace.at);
  append_lock_out(batch, account->id);
  append_audit(batch, AuditEntry::make(Action::password_reset, account->id, trace));
  mail::append_mail(
      batch, {mail::password_changed(account->email, site_, trace.at), account->id, trace.at});
  const auto written = co_await store_.write(account->id, std::move(batch));
  if (!written && written.error().code == Errc::conflict) co_return invalid_link();
  if (!written) co_return std::unexpected(written.error());
  co_return account;
}

}  // namespace kith::accounts
