#include "accounts/accounts.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "accounts/lock_out.hpp"
#include "accounts/mailed_links.hpp"
#include "store/rows.hpp"

namespace kith::accounts {

using store::Query;
using store::values;

namespace {

std::unexpected<Error> address_taken() {
  Error error = invalid_field("email", "already has an account");
  error.code = Errc::conflict;
  error.detail =
      "An account with this e-mail address already exists. Sign in or use another address.";
  return std::unexpected(std::move(error));
}

const Query insert_account{
    "accounts.insert",
    "insert into accounts (id, username, email, role, password_hash, created_at, updated_at, "
    "verified_at, default_region) values ($1, $2, $3, $4, $5, $6, $6, $7, $8)"};
const Query insert_email{"accounts.insert_email",
                         "insert into account_emails (email_key, account_id) values ($1, $2)"};
const Query insert_revision{"accounts.insert_revision",
                            "insert into account_rev (account_id, rev) values ($1, 0)"};

}  // namespace

Task<Result<Account>> Accounts::create(SignUpRequest request, NewAccount made, const Veto* veto) {
  // Checked before hashing: a refusal must not cost 30 ms of CPU time.
  const auto known = co_await credentials(request.email);
  if (!known) co_return std::unexpected(known.error());
  if (*known && made.repeated && (*known)->account == made.id) co_return co_await get(made.id);
  if (*known) co_return address_taken();
  const Account account{.id = made.id,
                        .username = std::move(request.username),
                        .email = std::move(request.email),
                        .role = made.role,
                        .verified_at = made.verified ? std::optional(made.trace.at) : std::nullopt,
                        .created_at = made.trace.at,
                        .default_region = made.default_region};
  const auto hash = co_await hash_new("password", std::move(request.password), account);
  if (!hash) co_return std::unexpected(hash.error());
  const std::string key = account_key(account.email);
  store::Batch batch;
  batch.add(insert_account, account.id, account.username, account.email, account.role, *hash,
            account.created_at, account.verified_at, account.default_region);
  batch.add(insert_email, key, account.id);
  batch.add(insert_revision, account.id);
  if (!made.verified) {
    auto link =
        MailedLink::make(LinkPurpose::verify_email, account.id, account.email, made.trace.at);
    mail::append_mail(batch, {mail::verify_address(account.email, site_, link.path()), account.id,
                              made.trace.at});
    append_link(batch, std::move(link));
  }
  std::optional<store::Batch::Handle> taken_back;
  if (veto) {
    batch.add_values(veto->turn, {veto->values.front()});
    store::Values parameters = values(account.id);
    std::ranges::copy(veto->values, std::back_inserter(parameters));
    taken_back = batch.add_values(veto->query, std::move(parameters));
  }
  // Unless the account was taken back.
  append_audit(batch, AuditEntry::make(made.action, account.id, made.trace,
                                       std::string(name_of(made.role))));
  const auto written = co_await store_.write(account.id, std::move(batch));
  if (!written && written.error().code == Errc::conflict) co_return address_taken();
  if (!written) co_return std::unexpected(written.error());
  if (taken_back && !(*written)[*taken_back].empty()) co_return std::unexpected(veto->refusal);
  co_return account;
}

namespace {

const Query select_account{"accounts.get", "select " + store::column_list(Account::fields()) +
                                               " from accounts where id = $1"};

std::unexpected<Error> no_such_account() {
  return refuse(Errc::not_found, "The account does not exist.");
}

Result<Account> the_account(const Result<store::Rows>& rows) {
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return no_such_account();
  return store::read_row<Account>(*rows, 0);
}

}  // namespace

Task<Result<Account>> Accounts::get(AccountId id) {
  co_return the_account(co_await store_.read(select_account, values(id)));
}

namespace {

const Query select_by_email{"accounts.find",
                            "select " + store::column_list(Account::fields(), "a.") +
                                " from account_emails e join accounts a on a.id = e.account_id"
                                " where e.email_key = $1"};

}  // namespace

Task<Result<Account>> Accounts::find(Email email) {
  const std::string key = account_key(email);
  co_return the_account(co_await store_.read(select_by_email, values(key)));
}

namespace {

const std::string credential_columns = "a.id, a.password_hash, a.status, a.verified_at";

const Query select_credentials{"accounts.credentials",
                               "select " + credential_columns +
                                   " from account_emails e join accounts a on a.id = e.account_id "
                                   "where e.email_key = $1"};

Credentials read_credentials(const store::Rows& rows) {
  return {store::read_column<AccountId>(rows, "id"),
          store::read_column<std::string>(rows, "password_hash"),
          store::read_column<Status>(rows, "status"),
          store::read_column<std::optional<Time>>(rows, "verified_at").has_value()};
}

}  // namespace

Task<Result<std::optional<Credentials>>> Accounts::credentials(Email email) {
  const std::string key = account_key(email);
  const auto rows = co_await store_.read(select_credentials, values(key));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return std::nullopt;
  co_return read_credentials(*rows);
}

namespace {

const Query select_credentials_by_id{
    "accounts.credentials_by_id",
    "select " + credential_columns + " from accounts a where a.id = $1"};

}  // namespace

Task<Result<Credentials>> Accounts::credentials(AccountId id) {
  const auto rows = co_await store_.read(select_credentials_by_id, values(id));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return no_such_account();
  co_return read_credentials(*rows);
}

namespace {

// Another region starts a pass over the contacts ($5: before the first) that renews their keys.
const Query update_profile{
    "accounts.change_profile",
    "update accounts set username = $2, default_region = $3, updated_at = $4, region_pass = "
    "case when coalesce(default_region, '') = coalesce($3, '') then region_pass else $5 end "
    "where id = $1 and username = $6 and coalesce(default_region, '') = coalesce($7, '') "
    "returning " +
        store::column_list(Account::fields())};

}  // namespace

Task<Result<Account>> Accounts::change_profile(const Account& current, Profile wanted, Time now) {
  const auto rows =
      co_await store_.write_one(current.id, update_profile,
                                values(current.id, wanted.username, wanted.default_region, now,
                                       ContactId{}, current.username, current.default_region));
  if (rows && rows->empty()) {
    co_return refuse(Errc::conflict, "The account was changed at the same time. Try again.");
  }
  co_return the_account(rows);
}

namespace {

const Query select_accounts{"accounts.list", "select " + store::column_list(Account::fields()) +
                                                 " from accounts order by created_at, id"};

}  // namespace

Task<Result<std::vector<Account>>> Accounts::list() {
  const auto rows = co_await store_.read(select_accounts, {}, store::Lane::scan);
  if (!rows) co_return std::unexpected(rows.error());
  co_return store::read_rows<Account>(*rows);
}

namespace {

const Query update_password{
    "accounts.set_password",
    "update accounts set password_hash = $2, updated_at = $3 where id = $1"};

/// Words that an attacker who knows the user would try first.
std::vector<std::string> known_of(const Account& user) {
  std::vector<std::string> words = {user.username, user.email.text};
  for (const std::string_view text :
       {std::string_view(user.username), std::string_view(user.email.text)}) {
    std::string word;
    for (const char c : text) {
      const bool separates = std::string_view(" .-_+@").contains(c);
      if (!separates) word.push_back(c);
      if (separates && !word.empty()) words.push_back(std::exchange(word, {}));
    }
    if (!word.empty()) words.push_back(std::move(word));
  }
  return words;
}

}  // namespace

Task<Result<std::string>> Accounts::hash_new(std::string_view field, std::string password,
                                             const Account& user) {
  auto hash = co_await passwords_.hash_unless_guessable(std::move(password), known_of(user));
  if (!hash) co_return std::unexpected(std::move(hash.error()));
  if (*hash) co_return **std::move(hash);
  co_return std::unexpected(
      invalid_field(std::string(field), "is easy to guess: use three or four unrelated words"));
}

Task<Result<void>> Accounts::set_password(AccountId id, std::string password, AuditContext trace) {
  const auto account = co_await get(id);
  if (!account) co_return std::unexpected(account.error());
  const auto hash = co_await hash_new("password", std::move(password), *account);
  if (!hash) co_return std::unexpected(hash.error());
  store::Batch batch;
  batch.add(update_password, id, *hash, trace.at);
  append_lock_out(batch, id);
  append_audit(batch, AuditEntry::make(Action::password_changed, id, trace));
  mail::append_mail(batch, {mail::password_changed(account->email, site_, trace.at), id, trace.at});
  const auto written = co_await store_.write(id, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  co_return Result<void>();
}

const Query lock_administrators{
    "accounts.lock_administrators", "select id from accounts where role = 'admin' order by id",
    "select id from accounts where role = 'admin' order by id for no key update"};

namespace {

// Foreign keys delete the account's data with it, but idempotency keys reference no row.
const Query delete_account{
    "accounts.erase",
    "delete from accounts where id = $1 and (role <> 'admin' or status <> 'active' or exists "
    "(select 1 from accounts where role = 'admin' and status = 'active' and id <> $1)) "
    "returning id"};
const Query delete_keys{"accounts.delete_keys",
                        "delete from idempotency_keys where account_id = $1 and not exists "
                        "(select 1 from accounts where id = $1)"};
// Runs before the deletion, and only if the deletion is allowed.
const Query insert_erasure{
    "accounts.insert_erasure",
    audit_insertion_if("exists (select 1 from accounts a where a.id = $5 and (a.role <> 'admin' "
                       "or a.status <> 'active' or exists (select 1 from accounts o "
                       "where o.role = 'admin' and o.status = 'active' and o.id <> a.id)))")};

}  // namespace

Task<Result<void>> Accounts::erase(AccountId id, AuditContext trace) {
  const auto account = co_await get(id);
  if (!account) co_return std::unexpected(account.error());
  store::Batch batch;
  batch.add(lock_administrators);
  append_audit_if(batch, AuditEntry::make(Action::erased, id, trace), insert_erasure);
  const auto deleted = batch.add(delete_account, id);
  batch.add(delete_keys, id);
  mail::append_mail_removal(batch, id);
  const auto written = co_await store_.write(id, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  if (!(*written)[deleted].empty()) co_return Result<void>();
  const auto now = co_await get(id);
  if (!now) co_return std::unexpected(now.error());
  co_return refuse(
      Errc::conflict,
      "The last administrator cannot be deleted. Make another account administrator first.");
}

namespace {

const Query select_administrator{"accounts.has_administrator",
                                 "select id from accounts where role = 'admin' limit 1"};

}  // namespace

Task<Result<bool>> Accounts::has_administrator() {
  const auto rows = co_await store_.read(select_administrator, {});
  if (!rows) co_return std::unexpected(rows.error());
  co_return !rows->empty();
}

}  // namespace kith::accounts
