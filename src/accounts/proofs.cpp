#include "accounts/proofs.hpp"

#include <utility>

#include "accounts/lock_out.hpp"
#include "base/limits.hpp"
#include "mail/outbox.hpp"
#include "store/rows.hpp"

namespace kith::accounts {

using store::Query;
using store::values;

namespace {

std::unexpected<Error> wrong_domain() {
  return std::unexpected(
      invalid_field("email", "must be in a domain that may sign up on this server"));
}

}  // namespace

Task<Result<std::optional<Account>>> Proofs::sign_up(Signup signup, NewAccount made) {
  if (rules_.signup.is_closed()) {
    co_return std::unexpected(Error{
        .code = Errc::forbidden,
        .detail = "Only administrators create accounts on this server. Ask an administrator for "
                  "an account.",
        .slug = "signup-closed"});
  }
  if (!rules_.signup.allows(signup.email)) co_return wrong_domain();
  made.verified = !rules_.demands_verification;
  if (rules_.conceals) co_return co_await sign_up_concealed(std::move(signup), std::move(made));
  co_return co_await accounts_.create(std::move(signup), std::move(made));
}

/// Takes the same steps for an address that already has an account, including the password hash, so
/// that the response time does not reveal it.
Task<Result<std::optional<Account>>> Proofs::sign_up_concealed(Signup signup, NewAccount made) {
  const auto owner = co_await accounts_.find(signup.email);
  if (!owner && owner.error().code == Errc::not_found) {
    const auto account = co_await accounts_.create(std::move(signup), std::move(made));
    const bool fails = !account && account.error().code != Errc::conflict;
    if (fails) co_return std::unexpected(account.error());
    co_return std::nullopt;
  }
  if (!owner) co_return std::unexpected(owner.error());
  Account wanted;
  wanted.username = std::move(signup.username);
  wanted.email = std::move(signup.email);
  const auto unused = co_await accounts_.hash_new("password", std::move(signup.password), wanted);
  if (!unused) co_return std::unexpected(unused.error());
  store::Batch batch;
  mail::append_mail(batch,
                    {mail::sign_up_attempt(owner->email, rules_.site), owner->id, made.trace.at});
  const auto written = co_await store_.write(owner->id, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  co_return std::nullopt;
}

namespace {

const Query update_email{"proofs.set_email",
                         "update accounts set email = $2, verified_at = $3, updated_at = $3 "
                         "where id = $1"};
const Query delete_email_keys{"proofs.delete_email_keys",
                              "delete from account_emails where account_id = $1"};
const Query insert_email_key{"proofs.insert_email_key",
                             "insert into account_emails (email_key, account_id) values ($1, $2)"};

// Runs before the address changes. The address may have changed since it was read, or may already
// be the new address.
const Query insert_email_change{
    "proofs.insert_email_change",
    audit_insertion_from("email || ' -> ' || $7", "accounts where id = $5 and email <> $7")};

std::unexpected<Error> address_taken() {
  Error error = invalid_field("email", "already has an account");
  error.code = Errc::conflict;
  error.detail = "Another account has this e-mail address. Use another address.";
  return std::unexpected(std::move(error));
}

}  // namespace

/// Sets the account's address to `email` and marks it as verified, spending `proof` if given. The
/// previous address gets a notice.
Task<Result<void>> Proofs::replace_email(const Account& account, Email email,
                                         const AuditContext& trace, const Proof* proof) {
  const std::string key = account_key(email);
  const bool is_new = email != account.email;
  store::Batch batch;
  if (proof) append_spending(batch, *proof);
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
  if (other && other->id != account.id) co_return address_taken();
  co_return invalid_link();
}

Task<Result<Email>> Proofs::verify(std::string token, AuditContext trace) {
  auto proof = co_await read_link(store_, LinkPurpose::verify_email, std::move(token), trace.at);
  if (!proof) co_return std::unexpected(proof.error());
  if (!*proof) co_return invalid_link();
  const auto account = co_await accounts_.get((*proof)->account);
  if (!account || account->status != Status::active) co_return invalid_link();
  const auto replaced = co_await replace_email(*account, (*proof)->email, trace, &**proof);
  if (!replaced) co_return std::unexpected(replaced.error());
  co_return std::move((*proof)->email);
}

Task<Result<void>> Proofs::resend_verification(Email email, AuditContext trace) {
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

Task<Result<bool>> Proofs::change_email(Email email, AuditContext trace) {
  const AccountId id = *trace.actor;
  const auto account = co_await accounts_.get(id);
  if (!account) co_return std::unexpected(account.error());
  if (!rules_.signup.is_closed() && !rules_.signup.allows(email)) co_return wrong_domain();
  const auto other = co_await accounts_.find(email);
  const bool taken = other && other->id != id;
  if (taken && !rules_.conceals) co_return address_taken();
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

Task<Result<void>> Proofs::ask_for_reset(Email email, AuditContext trace) {
  const auto account = co_await accounts_.find(std::move(email));
  const bool fails = !account && account.error().code != Errc::not_found;
  if (fails) co_return std::unexpected(account.error());
  if (!account || account->status != Status::active) co_return Result<void>();
  auto link = MailedLink::make(LinkPurpose::reset_password, account->id, account->email, trace.at);
  store::Batch batch;
  mail::append_mail(batch, {mail::reset_password(account->email, rules_.site, link.path()),
                            account->id, trace.at});
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
const Query reset_password_of{"proofs.reset_password",
                              "update accounts set password_hash = $2, updated_at = $3, "
                              "verified_at = coalesce(verified_at, $3) where id = $1"};
}  // namespace

Task<Result<Account>> Proofs::reset_password(std::string token, std::string password,
                                             AuditContext trace) {
  const auto proof =
      co_await read_link(store_, LinkPurpose::reset_password, std::move(token), trace.at);
  if (!proof) co_return std::unexpected(proof.error());
  if (!*proof) co_return invalid_link();
  const auto account = co_await accounts_.get((*proof)->account);
  const bool counts = account && account->status == Status::active &&
                      account_key(account->email) == account_key((*proof)->email);
  if (!counts) co_return invalid_link();
  const auto hash = co_await accounts_.hash_new("password", std::move(password), *account);
  if (!hash) co_return std::unexpected(hash.error());
  store::Batch batch;
  append_spending(batch, **proof);
  batch.add(reset_password_of, account->id, *hash, trace.at);
  append_lock_out(batch, account->id);
  append_audit(batch, AuditEntry::make(Action::password_reset, account->id, trace));
  mail::append_mail(batch, {mail::password_changed(account->email, rules_.site, trace.at),
                            account->id, trace.at});
  const auto written = co_await store_.write(account->id, std::move(batch));
  if (!written && written.error().code == Errc::conflict) co_return invalid_link();
  if (!written) co_return std::unexpected(written.error());
  co_return account;
}

}  // namespace kith::accounts
