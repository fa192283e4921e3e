#include "accounts/credentials.hpp"

#include <exception>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/email.hpp"
#include "store/rows.hpp"

namespace kith::accounts {

using store::Bytes;
using store::Query;
using store::values;

namespace {

const Query select_principal{"sessions.principal",
                             "select a.role, a.default_region from sessions s "
                             "join accounts a on a.id = s.account_id "
                             "where s.account_id = $1 and s.id = $2 and s.expires_at > $3 "
                             "and a.status = 'active'"};

}  // namespace

Task<Result<std::optional<http::Principal>>> find_session_principal(store::Store& store,
                                                                    AccountId account,
                                                                    SessionId session, Time now) {
  const auto rows = co_await store.read(select_principal, values(account, session, now));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return std::nullopt;
  co_return http::Principal{
      .account = account,
      .session = session,
      .role = store::read_column<http::Role>(*rows, "role"),
      .region = store::read_column<std::optional<Region>>(*rows, "default_region")};
}

namespace {

const Query select_app_principal{
    "app_passwords.principal",
    "select p.account_id, p.id, p.scope, p.last_used_at, a.role, a.email, a.default_region "
    "from app_passwords p join accounts a on a.id = p.account_id where p.secret_hash = $1 and "
    "a.status = 'active'"};

}  // namespace

Task<Result<std::optional<AppCredential>>> find_app_password(store::Store& store,
                                                             std::string_view secret_hash) {
  const auto rows = co_await store.read(select_app_principal, values(Bytes{secret_hash}));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return std::nullopt;
  co_return AppCredential{
      .id = store::read_column<AppPasswordId>(*rows, "id"),
      .principal = {.account = store::read_column<AccountId>(*rows, "account_id"),
                    .role = store::read_column<http::Role>(*rows, "role"),
                    .scope = store::read_column<http::Scope>(*rows, "scope"),
                    .region = store::read_column<std::optional<Region>>(*rows, "default_region")},
      .account_key = account_key(store::read_column<Email>(*rows, "email")),
      .last_used_at = store::read_column<std::optional<Time>>(*rows, "last_used_at")};
}

namespace {

const Query update_use{"app_passwords.note_use",
                       "update app_passwords set last_used_at = $3, last_address = $4 "
                       "where account_id = $1 and id = $2"};

}  // namespace

Task<void> note_use(store::Store& store, AppPasswordUse use) {
  try {
    co_await store.write_one(use.account, update_use,
                             values(use.account, use.id, use.at, use.client_address));
  } catch (const std::exception& broken) {
    spdlog::warn("app passwords: storing the last use failed: {}", broken.what());
  }
}

}  // namespace kith::accounts
