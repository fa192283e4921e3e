#include "accounts/proofs.hpp"

#include <utility>
#include <vector>

#include "accounts/lock_out.hpp"
#include "base/limits.hpp"
#include "mail/outbox.hpp"
#include "store/rows.hpp"

namespace kith::accounts {

using mail::OutgoingMail;
using store::Query;
using store::Statement;
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
  const OutgoingMail notice{mail::sign_up_attempt(owner->email, rules_.site), owner->id,
                            made.trace.at};
  std::vector<Statement> batch;
  mail::append_mail(batch, notice);
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

// Runs before the address changes, which may have changed since it was read or already be the new
// one.
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
  const AuditEntry entry =
      email != account.email
          ? AuditEntry::make(Action::email_changed, account.id, trace, email.text)
          : AuditEntry::make(Action::email_verified, account.id, trace);
  const OutgoingMail notice{mail::address_changed_notice(account.email, rules_.site, trace.at),
                            account.id, trace.at};
  std::vector<Statement> batch;
  if (proof) append_spending(batch, *proof);
  if (entry.action == Action::email_changed) append_audit_if(batch, entry, insert_email_change);
  batch.push_back({update_email, values(account.id, email, trace.at)});
  batch.push_back({delete_email_keys, values(account.id)});
  batch.push_back({insert_email_key, values(key, account.id)});
  append_link_removal(batch, account.id);
  if (entry.action == Action::email_verified) append_audit(batch, entry);
  if (key != account_key(account.email)) mail::append_mail(batch, notice);
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
  const auto link =
      MailedLink::make(LinkPurpose::verify_email, account->id, account->email, trace.at);
  const OutgoingMail letter{mail::verify_address(account->email, rules_.site, link.path()),
                            account->id, trace.at};
  std::vector<Statement> batch;
  append_link(batch, link);
  mail::append_mail(batch, letter);
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
  const auto link = MailedLink::make(LinkPurpose::verify_email, id, email, trace.at);
  const OutgoingMail letter{taken ? mail::sign_up_attempt(other->email, rules_.site)
                                  : mail::verify_address(email, rules_.site, link.path()),
                            id, trace.at};
  const AuditEntry entry = AuditEntry::make(Action::email_change_asked, id, trace);
  const OutgoingMail warning{mail::address_change_asked(account->email, rules_.site, trace.at), id,
                             trace.at};
  std::vector<Statement> batch;
  if (!taken) append_link(batch, link);
  mail::append_mail(batch, letter);
  mail::append_mail(batch, warning);
  append_audit(batch, entry);
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
  const auto link =
      MailedLink::make(LinkPurpose::reset_password, account->id, account->email, trace.at);
  const OutgoingMail letter{mail::reset_password(account->email, rules_.site, link.path()),
                            account->id, trace.at};
  const AuditEntry entry = AuditEntry::make(Action::password_reset_asked, account->id, trace);
  std::vector<Statement> batch;
  append_link(batch, link);
  mail::append_mail(batch, letter);
  append_audit(batch, entry);
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
  const OutgoingMail notice{mail::password_changed(account->email, rules_.site, trace.at),
                            account->id, trace.at};
  const AuditEntry entry = AuditEntry::make(Action::password_reset, account->id, trace);
  std::vector<Statement> batch;
  append_spending(batch, **proof);
  batch.push_back({reset_password_of, values(account->id, *hash, trace.at)});
  append_lock_out(batch, account->id);
  append_audit(batch, entry);
  mail::append_mail(batch, notice);
  const auto written = co_await store_.write(account->id, std::move(batch));
  if (!written && written.error().code == Errc::conflict) co_return invalid_link();
  if (!written) co_return std::unexpected(written.error());
  co_return account;
}

}  // namespace kith::accounts
