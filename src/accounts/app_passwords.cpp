#include "accounts/app_passwords.hpp"

#include <utility>

#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "store/rows.hpp"

namespace kith::accounts {

using store::Bytes;
using store::Query;
using store::values;

namespace {

// 24 letters of an alphabet of 32 give 120 bits and can be typed on a phone. Letters and digits
// that look alike are left out.
constexpr std::string_view letters = "abcdefghijkmnpqrstuvwxyz23456789";
constexpr std::size_t letter_count = 24;
constexpr std::size_t group_size = 6;
static_assert(letters.size() == 32);

std::string new_secret() {
  std::string secret;
  for (const char byte : crypto::random_bytes(letter_count)) {
    secret.push_back(letters[static_cast<unsigned char>(byte) % letters.size()]);
  }
  return secret;
}

std::string in_groups(std::string_view secret) {
  std::string out;
  for (; !secret.empty(); secret.remove_prefix(group_size)) {
    if (!out.empty()) out.push_back('-');
    out += secret.substr(0, group_size);
  }
  return out;
}

}  // namespace

std::vector<FieldError> AppPasswordRequest::check(Time) const {
  if (scope != http::Scope::everything) return {};
  return {{"scope", "must be dav, dav:read, api:read or api"}};
}

std::optional<std::string> app_password_hash(std::string_view text) {
  std::string secret;
  for (const char c : text) {
    if (c == '-' || c == ' ') continue;
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    if (!letters.contains(lower) || secret.size() == letter_count) return std::nullopt;
    secret.push_back(lower);
  }
  if (secret.size() != letter_count) return std::nullopt;
  return crypto::sha256(secret);
}

namespace {

const Query insert_app_password{
    "app_passwords.insert",
    "insert into app_passwords (account_id, id, secret_hash, name, scope, created_at) "
    "select $1, $2, $3, $4, $5, $6 where "
    "(select count(*) from app_passwords where account_id = $1) < $7 returning id"};
const Query insert_making{
    "app_passwords.insert_making",
    audit_insertion_if("exists (select 1 from app_passwords where account_id = $5 and id = $8)")};
const Query select_app_passwords{"app_passwords.list",
                                 "select " + store::column_list(AppPassword::fields()) +
                                     " from app_passwords where account_id = $1 order by id desc"};

std::unexpected<Error> too_many() {
  return refuse(Errc::conflict, "The account already has " +
                                    std::to_string(limits::app_passwords_max) +
                                    " app passwords. Revoke one that is no longer used.");
}

}  // namespace

Task<Result<NewAppPassword>> make_app_password(store::Store& store, AppPasswordRequest request,
                                               AuditContext trace) {
  const AccountId account = *trace.actor;
  const std::string secret = new_secret();
  const std::string hash = *app_password_hash(secret);
  NewAppPassword made;
  made.id = AppPasswordId::make(trace.at);
  made.name = std::move(request.name);
  made.scope = request.scope;
  made.created_at = trace.at;
  made.password = in_groups(secret);
  store::Batch batch;
  const auto inserted = batch.add(insert_app_password, account, made.id, Bytes{hash}, made.name,
                                  made.scope, made.created_at, limits::app_passwords_max);
  append_audit_if(batch, AuditEntry::make(Action::app_password_made, account, trace, made.name),
                  insert_making, values(made.id));
  const auto written = co_await store.write(account, std::move(batch));
  if (!written && written.error().code == Errc::conflict) co_return account_is_gone();
  if (!written) co_return std::unexpected(written.error());
  if ((*written)[inserted].empty()) co_return too_many();
  co_return made;
}

Task<Result<std::vector<AppPassword>>> list_app_passwords(store::Store& store, AccountId account) {
  const auto rows = co_await store.read(select_app_passwords, values(account));
  if (!rows) co_return std::unexpected(rows.error());
  co_return store::read_rows<AppPassword>(*rows);
}

namespace {

const Query select_app_password{"app_passwords.get",
                                "select name from app_passwords where account_id = $1 and id = $2"};
const Query delete_app_password{
    "app_passwords.delete",
    "delete from app_passwords where account_id = $1 and id = $2 returning id"};
// Runs before the deletion, so that only one of several concurrent requests writes the entry.
const Query insert_revocation{
    "app_passwords.insert_revocation",
    audit_insertion_if("exists (select 1 from app_passwords where account_id = $5 and id = $8)")};

std::unexpected<Error> no_such_app_password() {
  return refuse(Errc::not_found,
                "The app password does not exist. It may have been revoked already.");
}

}  // namespace

Task<Result<void>> revoke_app_password(store::Store& store, AppPasswordId id, AuditContext trace) {
  const AccountId account = *trace.actor;
  const auto rows = co_await store.read(select_app_password, values(account, id));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return no_such_app_password();
  store::Batch batch;
  append_audit_if(batch,
                  AuditEntry::make(Action::app_password_revoked, account, trace,
                                   store::read_column<std::string>(*rows, "name")),
                  insert_revocation, values(id));
  const auto deleted = batch.add(delete_app_password, account, id);
  const auto written = co_await store.write(account, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  if ((*written)[deleted].empty()) co_return no_such_app_password();
  co_return Result<void>();
}

}  // namespace kith::accounts
