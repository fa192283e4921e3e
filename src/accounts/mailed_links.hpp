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

/// Links that go out by mail and work once: whoever has the token can read the mails of an address.
namespace kith::accounts {

/// What a link is for.
enum class LinkPurpose : std::uint8_t { verify_email, reset_password };
constexpr std::array<std::string_view, 2> names_of(LinkPurpose) { return {"verify", "reset"}; }

/// A link for the mail to `email`. The store keeps the token's digest alone.
struct MailedLink {
  LinkPurpose purpose;
  AccountId account;
  Email email;
  Time expires_at;
  std::string token;
  std::string hash;

  static MailedLink make(LinkPurpose purpose, AccountId account, Email email, Time now);

  /// Where its page is: `/auth/verify/{token}`.
  std::string path() const;
};

/// Adds a link to the batch that puts its mail into the outbox.
void append_link(store::Batch& batch, MailedLink link);

/// What a token proves.
struct Proof {
  AccountId account;
  Email email;
  std::string hash;  ///< of the token
};

/// What `token` proves at `now`; nothing if it is spent, too old or made up. Errors: `unavailable`.
Task<Result<std::optional<Proof>>> read_link(store::Store& store, LinkPurpose purpose,
                                             std::string token, Time now);

/// Spends the token in a batch that does what it is for: of two who try, one gets it, and all of
/// the other's batch fails as a conflict.
void append_spending(store::Batch& batch, const Proof& proof);

/// Takes all links of an account away.
void append_link_removal(store::Batch& batch, AccountId account);

/// The one answer to a link that is spent, too old or made up.
std::unexpected<Error> invalid_link();

}  // namespace kith::accounts
