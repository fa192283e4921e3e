#include "accounts/sessions.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "accounts/mailed_links.hpp"
#include "base/limits.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "store/rows.hpp"

namespace kith::accounts {

using store::Bytes;
using store::Query;
using store::values;

namespace {

std::unexpected<Error> wrong_login() {
  return refuse(Errc::unauthenticated,
                "The e-mail address or the password is wrong. Check both, or reset the password.");
}

std::unexpected<Error> wrong_refresh_token() {
  return refuse(Errc::unauthenticated, "The refresh token is not valid. Sign in again.");
}

}  // namespace

namespace {

/// Returned only after the password was verified.
std::optional<Error> refusal_of(const Credentials& account, bool demands_verification) {
  if (account.status == Status::suspended) {
    return Error{.code = Errc::forbidden,
                 .detail = "This account is suspended. Contact an administrator of this server.",
                 .slug = "account-suspended"};
  }
  if (!demands_verification || account.verified) return std::nullopt;
  return Error{
      .code = Errc::forbidden,
      .detail = "The e-mail address is not confirmed. Follow the link in the mail sent to it.",
      .slug = "email-not-verified"};
}

}  // namespace

Task<Result<TokenPair>> Sessions::log_in(Login login, Time now) {
  const auto found = co_await accounts_.credentials(std::move(login.email));
  if (!found) co_return std::unexpected(found.error());
  const auto right =
      *found ? co_await passwords_.verify(std::move(login.password), (*found)->password_hash)
             : co_await passwords_.verify_unknown(std::move(login.password));
  if (!right) co_return std::unexpected(right.error());
  if (!*right) co_return wrong_login();
  // The sign-up answer does not reveal whether the address had an account, and neither may a
  // sign-in with the password that was just chosen.
  const bool hides = tokens_.rules.conceals && tokens_.rules.demands_verification;
  if (hides && !(*found)->verified) co_return wrong_login();
  if (auto refused = refusal_of(**found, tokens_.rules.demands_verification)) {
    co_return std::unexpected(*std::move(refused));
  }
  co_return co_await begin(**found, std::move(login.device), now);
}

namespace {

const Query delete_expired{"sessions.delete_expired",
                           "delete from sessions where account_id = $1 and expires_at < $2"};
const Query insert_session{
    "sessions.insert",
    "insert into sessions (account_id, id, created_at, last_used_at, expires_at, address, agent) "
    "values ($1, $2, $3, $3, $4, $5, $6)"};
const Query insert_token{
    "sessions.insert_token",
    "insert into refresh_tokens (token_hash, account_id, session_id, expires_at) "
    "values ($1, $2, $3, $4)"};
// A password change or a suspension ends all sessions. If it happens while the old password is
// being verified, this session must not survive it.
const Query end_unless_password_is{
    "sessions.end_unless_password_is",
    "delete from sessions where account_id = $1 and id = $2 and not exists "
    "(select 1 from accounts where id = $1 and password_hash = $3 and status = 'active') "
    "returning id"};
const Query insert_sign_in{
    "sessions.insert_sign_in",
    audit_insertion_if("exists (select 1 from sessions where account_id = $5 and id = $8)")};

}  // namespace

Task<Result<TokenPair>> Sessions::begin(Credentials proved, Device device, Time now) {
  const AccountId account = proved.account;
  const SessionId session = SessionId::make(now);
  const Time expires_at = refresh_expiry(now);
  std::string token = crypto::random_token();
  const std::string hash = crypto::sha256(token);
  store::Batch batch;
  batch.add(delete_expired, account, now);
  batch.add(insert_session, account, session, now, expires_at, device.address, device.agent);
  batch.add(insert_token, Bytes{hash}, account, session, expires_at);
  const auto taken_back = batch.add(end_unless_password_is, account, session, proved.password_hash);
  append_audit_if(
      batch,
      AuditEntry::make(Action::signed_in, account, {account, device.address, now}, device.agent),
      insert_sign_in, values(session));
  const auto written = co_await store_.write(account, std::move(batch));
  if (!written && written.error().code == Errc::conflict) co_return wrong_login();  // deleted
  if (!written) co_return std::unexpected(written.error());
  if (!(*written)[taken_back].empty()) co_return wrong_login();
  co_return pair(account, session, std::move(token), now);
}

namespace {

// The time of the database's clock, in microseconds. The age of spent tokens is measured by it
// alone: clocks of two instances may differ by more than the grace period, so that a parallel call
// would look like a theft, or a theft like a parallel call.
const std::string sqlite_now = "cast((julianday('now') - 2440587.5) * 86400000000 as integer)";
const std::string postgres_now = "cast(extract(epoch from now()) * 1000000 as bigint)";

/// Returns a query in which `{now}` stands for the time of the database's clock and `{grace}` for
/// the earliest `spent_at` within the grace period.
Query clocked_query(std::string_view name, std::string_view text) {
  const auto with = [&](const std::string& now) {
    const std::chrono::microseconds grace = limits::refresh_grace;
    return fmt::format(fmt::runtime(text), fmt::arg("now", now),
                       fmt::arg("grace", now + " - " + std::to_string(grace.count())));
  };
  return {name, with(sqlite_now), with(postgres_now)};
}

const Query select_token{
    "sessions.find_token",
    "select account_id, session_id, expires_at, case when spent_at is null then 0 else 1 end "
    "as spent from refresh_tokens where token_hash = $1"};
const Query spend_token = clocked_query(
    "sessions.spend_token",
    "update refresh_tokens set spent_at = coalesce(spent_at, {now}) where token_hash = $1 "
    "and (spent_at is null or spent_at >= {grace}) and expires_at > $2");
// Runs after `spend_token` and adds a token only if the old one may be used.
const Query insert_successor =
    clocked_query("sessions.insert_successor",
                  "insert into refresh_tokens (token_hash, account_id, session_id, expires_at) "
                  "select $1, account_id, session_id, $3 from refresh_tokens "
                  "where token_hash = $2 and spent_at >= {grace} and expires_at > $4");
// Has an effect only if the successor was inserted.
const Query prolong_session{
    "sessions.prolong",
    "update sessions set expires_at = $3, last_used_at = $4, address = $5, agent = $6 "
    "where account_id = $1 and id = $2 "
    "and exists (select 1 from refresh_tokens where token_hash = $7) returning id"};
const Query delete_old_tokens{
    "sessions.delete_old_tokens",
    "delete from refresh_tokens where account_id = $1 and session_id = $2 "
    "and expires_at < $3"};
// A token that is used again after its grace period was stolen: its session ends, and the audit log
// has an entry.
const Query insert_theft = clocked_query(
    "sessions.insert_theft", audit_insertion_if("exists (select 1 from refresh_tokens where "
                                                "token_hash = $8 and spent_at < {grace})"));
const Query end_if_spent = clocked_query(
    "sessions.end_if_spent",
    "delete from sessions where account_id = $1 and id = $2 and exists "
    "(select 1 from refresh_tokens where token_hash = $3 and spent_at < {grace}) returning id");

}  // namespace

/// Ends the session of a token that was spent before the grace period. Returns whether it did.
Task<Result<bool>> Sessions::end_if_stolen(std::string token_hash, TokenOwner owner,
                                           AuditContext trace, std::string agent) {
  store::Batch batch;
  append_audit_if(batch,
                  AuditEntry::make(Action::session_stolen, owner.account, trace, std::move(agent)),
                  insert_theft, values(Bytes{token_hash}));
  const auto end = batch.add(end_if_spent, owner.account, owner.session, Bytes{token_hash});
  const auto written = co_await store_.write(owner.account, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  const bool ended = !(*written)[end].empty();
  if (ended) forget_principals(owner.account);
  co_return ended;
}

Task<Result<TokenPair>> Sessions::refresh(std::string refresh_token, Device device, Time now) {
  const std::string hash = crypto::sha256(refresh_token);
  const auto rows = co_await store_.read(select_token, values(Bytes{hash}));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return wrong_refresh_token();
  const auto account = store::read_column<AccountId>(*rows, "account_id");
  const auto session = store::read_column<SessionId>(*rows, "session_id");
  if (store::read_column<Time>(*rows, "expires_at") <= now) co_return wrong_refresh_token();
  if (store::read_column<bool>(*rows, "spent")) {
    const auto ended =
        co_await end_if_stolen(hash, {account, session}, {{}, device.address, now}, device.agent);
    if (!ended) co_return std::unexpected(ended.error());
    if (*ended) co_return wrong_refresh_token();
  }
  const Time expires_at = refresh_expiry(now);
  std::string token = crypto::random_token();
  const std::string new_hash = crypto::sha256(token);
  store::Batch batch;
  batch.add(spend_token, Bytes{hash}, now);
  batch.add(insert_successor, Bytes{new_hash}, Bytes{hash}, expires_at, now);
  const auto prolonged = batch.add(prolong_session, account, session, expires_at, now,
                                   device.address, device.agent, Bytes{new_hash});
  batch.add(delete_old_tokens, account, session, now);
  const auto written = co_await store_.write(account, std::move(batch));
  if (!written && written.error().code == Errc::conflict) co_return wrong_refresh_token();
  if (!written) co_return std::unexpected(written.error());
  if ((*written)[prolonged].empty()) co_return wrong_refresh_token();
  co_return pair(account, session, std::move(token), now);
}

namespace {

const Query delete_session{"sessions.delete",
                           "delete from sessions where account_id = $1 and id = $2 returning id"};
const Query end_sessions{"sessions.delete_all", "delete from sessions where account_id = $1"};
// Run before the sessions are deleted, so that only one of several concurrent requests writes the
// entry.
const Query insert_end{
    "sessions.insert_end",
    audit_insertion_if("exists (select 1 from sessions where account_id = $5 and id = $8)")};
const Query insert_end_of_all{
    "sessions.insert_end_of_all",
    audit_insertion_if("exists (select 1 from sessions where account_id = $5)")};

const Query select_sessions{"sessions.list",
                            "select " + store::column_list(SessionView::fields()) +
                                " from sessions where account_id = $1 and expires_at > $2 "
                                "order by last_used_at desc, id"};

}  // namespace

Task<Result<std::vector<SessionView>>> Sessions::list(AccountId account, SessionId current,
                                                      Time now) {
  const auto rows = co_await store_.read(select_sessions, values(account, now));
  if (!rows) co_return std::unexpected(rows.error());
  auto sessions = store::read_rows<SessionView>(*rows);
  for (SessionView& session : sessions) session.current = session.id == current;
  co_return sessions;
}

Task<Result<void>> Sessions::end(SessionId session, AuditContext trace) {
  const AccountId account = *trace.actor;
  store::Batch batch;
  append_audit_if(batch, AuditEntry::make(Action::session_ended, account, trace), insert_end,
                  values(session));
  const auto deleted = batch.add(delete_session, account, session);
  const auto written = co_await store_.write(account, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  if ((*written)[deleted].empty()) {
    co_return refuse(Errc::not_found, "The session does not exist. It may have ended already.");
  }
  forget_principals(account);
  co_return Result<void>();
}

Task<Result<void>> Sessions::end_all(AuditContext trace) {
  const AccountId account = *trace.actor;
  store::Batch batch;
  append_audit_if(batch, AuditEntry::make(Action::signed_out_everywhere, account, trace),
                  insert_end_of_all);
  batch.add(end_sessions, account);
  const auto written = co_await store_.write(account, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  forget_principals(account);
  co_return Result<void>();
}

Task<Result<void>> Sessions::log_out(SessionId session, AuditContext trace) {
  const auto ended = co_await end(session, std::move(trace));
  if (!ended && ended.error().code != Errc::not_found) co_return ended;
  co_return Result<void>();
}

Task<Result<Credentials>> Sessions::prove(AccountId account, std::string_view field,
                                          std::string password) {
  auto credentials = co_await accounts_.credentials(account);
  if (!credentials) co_return credentials;
  const auto right = co_await passwords_.verify(std::move(password), credentials->password_hash);
  if (!right) co_return std::unexpected(right.error());
  if (!*right) co_return std::unexpected(invalid_field(std::string(field), "is wrong"));
  co_return credentials;
}

namespace {

const Query replace_password{
    "sessions.replace_password",
    "update accounts set password_hash = $3, updated_at = $4 where id = $1 and password_hash = $2 "
    "returning id"};
// True only for the change made by this request: each hash has its own salt.
const Query insert_password_change{
    "sessions.insert_password_change",
    audit_insertion_if("exists (select 1 from accounts where id = $5 and password_hash = $8)")};
const Query end_others{"sessions.end_others",
                       "delete from sessions where account_id = $1 and id <> $2"};
const Query insert_notice{
    "sessions.insert_notice",
    mail::insertion_if("exists (select 1 from accounts where id = $2 and password_hash = $9)")};

}  // namespace

Task<Result<void>> Sessions::change_password(PasswordChange change, SessionId kept,
                                             AuditContext trace) {
  const AccountId id = *trace.actor;
  const auto proved = co_await prove(id, "current_password", std::move(change.current_password));
  if (!proved) co_return std::unexpected(proved.error());
  const auto account = co_await accounts_.get(id);
  if (!account) co_return std::unexpected(account.error());
  const auto hash =
      co_await accounts_.hash_new("new_password", std::move(change.new_password), *account);
  if (!hash) co_return std::unexpected(hash.error());
  store::Batch batch;
  const auto replaced = batch.add(replace_password, id, proved->password_hash, *hash, trace.at);
  batch.add(end_others, id, kept);
  append_link_removal(batch, id);
  append_audit_if(batch, AuditEntry::make(Action::password_changed, id, trace),
                  insert_password_change, values(*hash));
  mail::append_mail_if(
      batch, {mail::password_changed(account->email, tokens_.rules.site, trace.at), id, trace.at},
      insert_notice, values(*hash));
  const auto written = co_await store_.write(id, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  forget_principals(id);
  if ((*written)[replaced].empty()) {
    co_return refuse(Errc::conflict,
                     "Another request changed the password at the same time. Sign in again.");
  }
  co_return Result<void>();
}

Task<Result<void>> Sessions::erase_account(std::string password, AuditContext trace) {
  const AccountId id = *trace.actor;
  const auto proved = co_await prove(id, "password", std::move(password));
  if (!proved) co_return std::unexpected(proved.error());
  const auto erased = co_await accounts_.erase(id, std::move(trace));
  forget_principals(id);
  co_return erased;
}

namespace {

// Deleting a session also deletes its tokens, possibly hundreds.
constexpr int sessions_purged_max = 20;

const Query select_expired{"sessions.expired",
                           "select account_id, id from sessions where expires_at < $1 "
                           "order by expires_at limit $2"};
const Query delete_expired_links{"sessions.delete_expired_links",
                                 "delete from one_time_tokens where expires_at < $1"};

}  // namespace

Task<Result<int>> purge_tokens(store::Store& store, Time now) {
  for (int deleted = 0;;) {
    const auto rows =
        co_await store.read(select_expired, values(now, sessions_purged_max), store::Lane::scan);
    if (!rows) co_return std::unexpected(rows.error());
    std::vector<std::pair<AccountId, SessionId>> expired;
    for (std::size_t row = 0; row < rows->size(); ++row) {
      expired.emplace_back(store::read_column<AccountId>(*rows, "account_id", row),
                           store::read_column<SessionId>(*rows, "id", row));
    }
    store::Batch batch;
    for (const auto& [account, session] : expired) batch.add(delete_session, account, session);
    batch.add(delete_expired_links, now);
    const auto written = co_await store.write(store::no_account, std::move(batch));
    if (!written) co_return std::unexpected(written.error());
    deleted += static_cast<int>(expired.size());
    if (expired.empty()) co_return deleted;
  }
}

TokenPair Sessions::pair(AccountId account, SessionId session, std::string refresh_token,
                         Time now) const {
  const auto lifetime = std::chrono::seconds(tokens_.lifetimes.access);
  return {.access_token = tokens_.signer.sign({account, session, now, now + lifetime}),
          .refresh_token = std::move(refresh_token),
          .expires_in = static_cast<int>(lifetime.count())};
}

Time Sessions::refresh_expiry(Time now) const { return now + tokens_.lifetimes.refresh; }

}  // namespace kith::accounts
