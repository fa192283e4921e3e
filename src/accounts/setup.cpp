#include "accounts/setup.hpp"

#include <utility>

#include "base/limits.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "store/rows.hpp"

namespace kith::accounts {

using store::Bytes;
using store::Query;
using store::values;

namespace {

const Query delete_setup_links{"setup.delete_links",
                               "delete from one_time_tokens where purpose = 'setup'"};
const Query insert_setup_link{"setup.insert_link",
                              "insert into one_time_tokens (token_hash, purpose, expires_at) "
                              "values ($1, 'setup', $2)"};

}  // namespace

Task<Result<std::optional<std::string>>> Setup::new_token(Time now) {
  const auto done = co_await accounts_.has_administrator();
  if (!done) co_return std::unexpected(done.error());
  if (*done) co_return std::nullopt;
  const std::string token = crypto::random_token();
  const std::string hash = crypto::sha256(token);
  store::Batch batch;
  batch.add(delete_setup_links);
  batch.add(insert_setup_link, Bytes{hash}, now + limits::setup_link_lifetime);
  const auto written = co_await store_.write(store::no_account, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  co_return token;
}

namespace {

const Query select_setup_link{"setup.find_link",
                              "select expires_at from one_time_tokens where token_hash = $1 "
                              "and purpose = 'setup' and expires_at > $2"};
// Of two concurrent requests with the same link, the second must see the administrator of the
// first. In PostgreSQL it waits here until the first commits.
const Query take_link{"setup.take_link",
                      "select token_hash from one_time_tokens where token_hash = $1",
                      "select token_hash from one_time_tokens where token_hash = $1 for update"};
const Query take_back_unless_first{
    "setup.take_back_unless_first",
    "delete from accounts where id = $1 and (exists "
    "(select 1 from accounts where role = 'admin' and id <> $1) or not exists "
    "(select 1 from one_time_tokens where token_hash = $2 and purpose = 'setup' "
    "and expires_at > $3)) returning id"};

std::unexpected<Error> invalid_setup_link() {
  return std::unexpected(Error{
      .code = Errc::forbidden,
      .detail =
          "The set-up link has expired or was replaced by a newer one. Restart the server to get a "
          "new link.",
      .slug = "setup-link-invalid"});
}

}  // namespace

Task<Result<Time>> Setup::expiry(std::string token, Time now) {
  const auto done = co_await accounts_.has_administrator();
  if (!done) co_return std::unexpected(done.error());
  if (*done) {
    co_return refuse(Errc::conflict, "This server already has an administrator. Sign in.");
  }
  const std::string hash = crypto::sha256(token);
  const auto link = co_await store_.read(select_setup_link, values(Bytes{hash}, now));
  if (!link) co_return std::unexpected(link.error());
  if (link->empty()) co_return invalid_setup_link();
  co_return Time{link->cell(0, 0).integer()};
}

Task<Result<Account>> Setup::run(SetupRequest request, AuditContext trace) {
  const auto link = co_await expiry(request.token, trace.at);
  if (!link) co_return std::unexpected(link.error());
  const std::string hash = crypto::sha256(request.token);
  SignUpRequest signup{std::move(request.username), std::move(request.email),
                       std::move(request.password)};
  const Veto veto{take_link, take_back_unless_first, values(Bytes{hash}, trace.at),
                  invalid_setup_link().error()};
  co_return co_await accounts_.create(std::move(signup),
                                      {.role = Role::admin, .trace = std::move(trace)}, &veto);
}

}  // namespace kith::accounts
