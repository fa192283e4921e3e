#include "accounts/accounts.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "store/rows.hpp"

namespace kith::accounts {

using store::Query;
using store::Statement;
using store::values;

namespace {

std::unexpected<Error> address_taken() {
  Error error = invalid_field("email", "has an account already");
  error.code = Errc::conflict;
  error.detail = "An account with this e-mail address exists already.";
  return std::unexpected(std::move(error));
}

const Query insert_account{
    "accounts.insert",
    "insert into accounts (id, username, email, role, password_hash, created_at, updated_at) "
    "values ($1, $2, $3, $4, $5, $6, $6)"};
const Query insert_email{"accounts.insert_email",
                         "insert into account_emails (email_key, account_id) values ($1, $2)"};
const Query insert_revision{"accounts.insert_revision",
                            "insert into account_rev (account_id, rev) values ($1, 0)"};

}  // namespace

Task<Result<Account>> Accounts::create(Signup signup, NewAccount made, const Veto* veto) {
  // Asked before the hash is made: the refusal must not cost 30 ms of a core.
  const auto known = co_await credentials(signup.email);
  if (!known) co_return std::unexpected(known.error());
  if (*known && made.repeated && (*known)->account == made.id) co_return co_await get(made.id);
  if (*known) co_return address_taken();
  const auto hash = co_await passwords_.hash(std::move(signup.password));
  if (!hash) co_return std::unexpected(hash.error());
  const Account account{made.id, std::move(signup.username), std::move(signup.email), made.role,
                        made.now};
  const std::string key = account_key(account.email);
  std::vector<Statement> batch;
  batch.push_back({insert_account, values(account.id, account.username, account.email, account.role,
                                          *hash, account.created_at)});
  batch.push_back({insert_email, values(key, account.id)});
  batch.push_back({insert_revision, values(account.id)});
  if (veto) {
    batch.push_back({veto->query, values(account.id)});
    std::ranges::copy(veto->values, std::back_inserter(batch.back().values));
  }
  const auto written = co_await store_.write(account.id, std::move(batch));
  if (!written && written.error().code == Errc::conflict) co_return address_taken();
  if (!written) co_return std::unexpected(written.error());
  if (veto && !written->back().empty()) co_return std::unexpected(veto->refusal);
  co_return account;
}

namespace {

const Query select_account{"accounts.get", "select " + store::column_list(Account::fields()) +
                                               " from accounts where id = $1"};

std::unexpected<Error> no_such_account() {
  return refuse(Errc::not_found, "There is no such account.");
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

const Query select_credentials{
    "accounts.credentials",
    "select a.id, a.password_hash from account_emails e join accounts a on a.id = e.account_id "
    "where e.email_key = $1"};

}  // namespace

Task<Result<std::optional<Credentials>>> Accounts::credentials(Email email) {
  const std::string key = account_key(email);
  const auto rows = co_await store_.read(select_credentials, values(key));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return std::nullopt;
  co_return Credentials{store::read_column<AccountId>(*rows, "id"),
                        store::read_column<std::string>(*rows, "password_hash")};
}

namespace {

const Query select_credentials_by_id{"accounts.credentials_by_id",
                                     "select id, password_hash from accounts where id = $1"};

}  // namespace

Task<Result<Credentials>> Accounts::credentials(AccountId id) {
  const auto rows = co_await store_.read(select_credentials_by_id, values(id));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return no_such_account();
  co_return Credentials{store::read_column<AccountId>(*rows, "id"),
                        store::read_column<std::string>(*rows, "password_hash")};
}

namespace {

const Query update_username{"accounts.rename",
                            "update accounts set username = $2, updated_at = $3 where id = $1 "
                            "returning " +
                                store::column_list(Account::fields())};

}  // namespace

Task<Result<Account>> Accounts::rename(AccountId id, std::string username, Time now) {
  std::vector<Statement> batch;
  batch.push_back({update_username, values(id, username, now)});
  const auto written = co_await store_.write(id, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  co_return the_account(written->front());
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
const Query delete_sessions{"accounts.end_sessions", "delete from sessions where account_id = $1"};

}  // namespace

Task<Result<void>> Accounts::set_password(AccountId id, std::string password, Time now) {
  const auto hash = co_await passwords_.hash(std::move(password));
  if (!hash) co_return std::unexpected(hash.error());
  std::vector<Statement> batch;
  batch.push_back({update_password, values(id, *hash, now)});
  batch.push_back({delete_sessions, values(id)});
  const auto written = co_await store_.write(id, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  co_return Result<void>();
}

namespace {

// An administrator stays one unless there is another.
const Query update_role{
    "accounts.set_role",
    "update accounts set role = $2, updated_at = $3 where id = $1 and ($2 = 'admin' or "
    "role <> 'admin' or exists (select 1 from accounts where role = 'admin' and id <> $1)) "
    "returning id"};

}  // namespace

Task<Result<void>> Accounts::set_role(AccountId id, Role role, Time now) {
  const auto account = co_await get(id);
  if (!account) co_return std::unexpected(account.error());
  std::vector<Statement> batch;
  batch.push_back({update_role, values(id, role, now)});
  const auto written = co_await store_.write(id, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  if (!written->back().empty()) co_return Result<void>();
  co_return refuse(Errc::conflict, "The last administrator has to stay one.");
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
