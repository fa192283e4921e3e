#include "accounts/email_verification.hpp"

#include <utility>

#include "mail/outbox.hpp"
#include "store/query.hpp"

namespace kith::accounts {

using store::Query;

namespace {

const Query update_email{"email_verification.set_email",
                         "update accounts set email = $2, verified_at = $3, updated_at = $3 "
                         "where id = $1"};
const Query delete_email_keys{"email_verification.delete_email_keys",
                              "delete from account_emails where account_id = $1"};
const Query insert_email_key{"email_verification.insert_email_key",
                             "insert into account_emails (email_key, account_id) values ($1, $2)"};

// Runs before the address changes. The address may have changed since it was read, or may already
// be the new address.
const Query insert_email_change{
    "email_verification.insert_email_change",
    audit_insertion_from("email || ' -> ' || $7", "accounts where id = $5 and email <> $7")};

std::unexpected<Error> new_address_taken() {
  Error error = invalid_field("email", "already has an account");
  error.code = Errc::conflict;
  error.detail = "Another account has this e-mail address. Use another address.";
  return std::unexpected(std::move(error));
}

}  // namespace

/// Sets the account's address to `email` and marks it as verified, spending `token` if given. The
/// previous address gets a notice.
Task<Result<void>> EmailVerification::replace_email(const Account& account, Email email,
                                                    const AuditContext& trace,
                                                    const OneTimeToken* token) {
  const std::string key = account_key(email);
  const bool is_new = email != account.email;
  store::Batch batch;
  if (token) append_spending(batch, *token);
  if (is_new) {
    append_audit_if(batch, AuditEntry::make(Action::email_changed, account.id, trace, email.text),
                    insert_email_change);
  }
  batch.add(update_email, account.id, email, trace.at);
  batch.add(delete_email_keys, account.id);
  batch.add(insert_email_key, key, account.id);
  append_link_removal(batch, account.id);
  if (!is_new) append_audit(batch, AuditEntry::make(Action::email_verified, account.id, trace));
  if (key != account_key(account.email)) {
    mail::append_mail(batch, {mail::address_changed_notice(account.email, rules_.site, trace.at),
                              account.id, trace.at});
  }
  const auto written = co_await store_.write(account.id, std::move(batch));
  if (written) co_return Result<void>();
  if (written.error().code != Errc::conflict) co_return std::unexpected(written.error());
  const auto other = co_await accounts_.find(email);
  if (other && other->id != account.id) co_return new_address_taken();
  co_return invalid_link();
}

Task<Result<Email>> EmailVerification::verify(std::string token, AuditContext trace) {
  auto found = co_await find_token(store_, LinkPurpose::verify_email, std::move(token), trace.at);
  if (!found) co_return std::unexpected(found.error());
  if (!*found) co_return invalid_link();
  const auto account = co_await accounts_.get((*found)->account);
  if (!account || account->status != Status::active) co_return invalid_link();
  const auto replaced = co_await replace_email(*account, (*found)->email, trace, &**found);
  if (!replaced) co_return std::unexpected(replaced.error());
  co_return std::move((*found)->email);
}

Task<Result<void>> EmailVerification::resend(Email email, AuditContext trace) {
  const auto account = co_await accounts_.find(std::move(email));
  const bool fails = !account && account.error().code != Errc::not_found;
  if (fails) co_return std::unexpected(account.error());
  if (!account || account->verified_at) co_return Result<void>();
  auto link = MailedLink::make(LinkPurpose::verify_email, account->id, account->email, trace.at);
  store::Batch batch;
  mail::append_mail(batch, {mail::verify_address(account->email, rules_.site, link.path()),
                            account->id, trace.at});
  append_link(batch, std::move(link));
  const auto written = co_await store_.write(account->id, std::move(batch));
  if (!written && written.error().code == Errc::conflict)
    co_return Result<void>();  // the account is gone
  if (!written) co_return std::unexpected(written.error());
  co_return Result<void>();
}

Task<Result<bool>> EmailVerification::change_email(Email email, AuditContext trace) {
  const AccountId id = *trace.actor;
  const auto account = co_await accounts_.get(id);
  if (!account) co_return std::unexpected(account.error());
  if (!rules_.signup.is_closed() && !rules_.signup.allows(email)) co_return domain_not_allowed();
  const auto other = co_await accounts_.find(email);
  const bool taken = other && other->id != id;
  if (taken && !rules_.conceals) co_return new_address_taken();
  if (!rules_.demands_verification) {
    const auto replaced = co_await replace_email(*account, std::move(email), trace, nullptr);
    if (!replaced) co_return std::unexpected(replaced.error());
    co_return true;
  }
  auto link = MailedLink::make(LinkPurpose::verify_email, id, email, trace.at);
  store::Batch batch;
  mail::append_mail(batch, {taken ? mail::sign_up_attempt(other->email, rules_.site)
                                  : mail::verify_address(email, rules_.site, link.path()),
                            id, trace.at});
  if (!taken) append_link(batch, std::move(link));
  mail::append_mail(
      batch, {mail::address_change_asked(account->email, rules_.site, trace.at), id, trace.at});
  append_audit(batch, AuditEntry::make(Action::email_change_asked, id, trace));
  const auto written = co_await store_.write(id, std::move(batch));
  if (!written && written.error().code == Errc::conflict) {
    co_return refuse(Errc::unauthenticated, "The account no longer exists.");
  }
  if (!written) co_return std::unexpected(written.error());
  co_return false;
}

}  // namespace kith::accounts
