#include "accounts/mailed_links.hpp"

#include <chrono>
#include <utility>

#include "base/limits.hpp"
#include "crypto/digest.hpp"
#include "crypto/random.hpp"
#include "store/rows.hpp"

namespace kith::accounts {

using store::Bytes;
using store::OwnedBytes;
using store::Query;
using store::values;

MailedLink MailedLink::make(LinkPurpose purpose, AccountId account, Email email, Time now) {
  const std::chrono::microseconds lifetime = purpose == LinkPurpose::verify_email
                                                 ? limits::verification_lifetime
                                                 : limits::password_reset_lifetime;
  std::string token = crypto::random_token();
  std::string hash = crypto::sha256(token);
  return {purpose, account, std::move(email), now + lifetime, std::move(token), std::move(hash)};
}

std::string MailedLink::path() const {
  return "/auth/" + std::string(name_of(purpose)) + "/" + token;
}

namespace {

const Query insert_link{
    "links.insert",
    "insert into one_time_tokens (token_hash, purpose, account_id, email, expires_at) "
    "values ($1, $2, $3, $4, $5)"};
const Query select_link{"links.get",
                        "select account_id, email from one_time_tokens where token_hash = $1 "
                        "and purpose = $2 and expires_at > $3"};
// Fails if the link is gone or another request is using it.
const Query spend_link{"links.spend", "insert into spent_tokens (token_hash) values ($1)"};
const Query delete_links{"links.delete_all", "delete from one_time_tokens where account_id = $1"};

}  // namespace

void append_link(store::Batch& batch, MailedLink link) {
  batch.add(insert_link, OwnedBytes{std::move(link.hash)}, link.purpose, link.account,
            std::move(link.email), link.expires_at);
}

Task<Result<std::optional<OneTimeToken>>> find_token(store::Store& store, LinkPurpose purpose,
                                                     std::string token, Time now) {
  std::string hash = crypto::sha256(token);
  const auto rows = co_await store.read(select_link, values(Bytes{hash}, purpose, now));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return std::nullopt;
  co_return OneTimeToken{store::read_column<AccountId>(*rows, "account_id"),
                         store::read_column<Email>(*rows, "email"), std::move(hash)};
}

void append_spending(store::Batch& batch, const OneTimeToken& token) {
  batch.add(spend_link, OwnedBytes{token.hash});
}

void append_link_removal(store::Batch& batch, AccountId account) {
  batch.add(delete_links, account);
}

std::unexpected<Error> invalid_link() {
  return std::unexpected(
      Error{.code = Errc::forbidden,
            .detail = "The link has been used or has expired. Ask for a new mail.",
            .slug = "link-invalid"});
}

}  // namespace kith::accounts
