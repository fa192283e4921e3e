#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/email.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

/// Single-use mailed links. The token in a link proves access to the mailbox of an address.
namespace kith::accounts {

/// The purpose of a link.
enum class LinkPurpose : std::uint8_t { verify_email, reset_password };
constexpr std::array<std::string_view, 2> names_of(LinkPurpose) { return {"verify", "reset"}; }

/// A link in a mail to `email`. Only the token's digest is stored.
struct MailedLink {
  LinkPurpose purpose;
  AccountId account;
  Email email;
  Time expires_at;
  std::string token;
  std::string hash;

  static MailedLink make(LinkPurpose purpose, AccountId account, Email email, Time now);

  /// Returns the path of its web page, such as `/auth/verify/{token}`.
  std::string path() const;
};

/// Adds a link to the batch that puts its mail into the outbox.
void append_link(store::Batch& batch, MailedLink link);

/// A valid token, with the account and the address that its link was mailed to.
struct OneTimeToken {
  AccountId account;
  Email email;
  std::string hash;
};

/// Looks up the token of a link; nothing if it was used, has expired or is unknown. Errors:
/// `unavailable`.
Task<Result<std::optional<OneTimeToken>>> find_token(store::Store& store, LinkPurpose purpose,
                                                     std::string token, Time now);

/// Spends the token in the batch that applies its effect. If two requests use the token
/// concurrently, the whole batch of the second fails as a conflict.
void append_spending(store::Batch& batch, const OneTimeToken& token);

/// Removes all links of an account.
void append_link_removal(store::Batch& batch, AccountId account);

/// Returns the error for a link that was used, has expired or is unknown.
std::unexpected<Error> invalid_link();

}  // namespace kith::accounts
