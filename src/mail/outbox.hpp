#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "mail/message.hpp"
#include "mail/transport.hpp"
#include "store/store.hpp"

/// The table of mails that are to be sent. A feature puts a mail into the batch that writes what
/// the mail tells of, so that there is either both or neither; the sender does the rest
/// (sender.hpp).
namespace kith::mail {

/// A mail on its way into the outbox.
struct OutgoingMail {
  Mail mail;
  std::optional<AccountId> account;  ///< whom it concerns
  Time now;
  MailId id = MailId::make(now);
};

/// Appends to `batch` what puts the mail into the outbox.
void append_mail(store::Batch& batch, OutgoingMail mail);

/// The text of a query that puts a mail into the outbox only if `condition` holds at that place of
/// the batch. In it `$2` is the account of the mail, and `$9` and on are the feature's own:
///
///     const Query insert_notice{"sessions.insert_notice", mail::insertion_if(
///         "exists (select 1 from accounts where id = $2 and password_hash = $9)")};
std::string insertion_if(std::string_view condition);

/// As `append_mail`, by a query made of `insertion_if`, with what follows `$8`.
void append_mail_if(store::Batch& batch, OutgoingMail mail, const store::Query& insertion,
                    store::Values condition_values);

/// Appends what takes all mails about an account away, those that wait too.
void append_mail_removal(store::Batch& batch, AccountId account);

/// A mail that this instance alone sends until its lease is over.
struct ClaimedMail {
  MailId id;
  Mail mail;
  Time created_at;
  Time give_up_at;
  Time lease_until;
  int attempts = 0;  ///< with this one
};

// Errors of all: `unavailable` from the store.

/// Claims mails that are due, the oldest first, at most `count`. Reads only when there is none.
Task<Result<std::vector<ClaimedMail>>> claim_mails(store::Store& store, Time now,
                                                   std::size_t count);

/// Notes that the mail was sent, and forgets its parts.
Task<Result<void>> note_sent(store::Store& store, MailId id, Time now);

/// What becomes of a mail that was not taken.
enum class Verdict : std::uint8_t { try_again, failed };

/// Notes a failure and when to try again: `retry_delay` from now, give or take, but not beyond the
/// time to give up. A mail that was refused, or whose time is over, has failed. Does nothing when
/// the lease has ended and another instance has the mail.
Task<Result<Verdict>> note_failure(store::Store& store, const ClaimedMail& claimed,
                                   const Failure& failure, Time now);

/// Gives a claimed mail back as it was: the server stops before it was on its way.
Task<Result<void>> release_mail(store::Store& store, const ClaimedMail& claimed);

/// How long to wait after so many tries: a minute, then twice as long each time, up to
/// `limits::mail_retry_delay_max`.
std::chrono::microseconds retry_delay(int attempts);

/// How many mails wait, at most `limits::mails_counted_max`.
Task<Result<int>> count_queued(store::Store& store);

/// What has become of a mail.
enum class MailStatus : std::uint8_t { queued, sent, failed };
constexpr std::array<std::string_view, 3> names_of(MailStatus) {
  return {"queued", "sent", "failed"};
}

/// A mail as administrators see it: never what it says.
struct MailView {
  MailId id;
  Email to;
  std::string subject;
  MailStatus status = MailStatus::queued;
  std::int64_t attempts = 0;
  Time created_at;
  std::optional<Time> next_try_at;
  std::optional<Time> sent_at;
  std::optional<Time> failed_at;
  std::optional<std::string> error;

  static std::string schema_name() { return "Mail"; }
  static constexpr auto fields() {
    return kith::fields(
        field("id", &MailView::id, {.doc = "Also the left part of its Message-ID."}),
        field("to", &MailView::to), field("subject", &MailView::subject),
        field("status", &MailView::status),
        field("attempts", &MailView::attempts, {.doc = "How often it was tried."}),
        field("created_at", &MailView::created_at, {.doc = "UTC."}),
        field("next_try_at", &MailView::next_try_at, {.doc = "UTC; null when none follows."}),
        field("sent_at", &MailView::sent_at, {.doc = "UTC; when the mail server had taken it."}),
        field("failed_at", &MailView::failed_at, {.doc = "UTC; when it was given up."}),
        field("error", &MailView::error, {.doc = "Why the last try failed."}));
  }
};

/// Mails of all kinds, the newest first: at most `count` behind the mail `before`.
Task<Result<std::vector<MailView>>> list_mails(store::Store& store, std::optional<MailId> before,
                                               int count);

/// Puts a mail that has failed back into the queue, for as long as a new one. Errors: `not_found`;
/// `conflict` when it has not failed.
Task<Result<MailView>> retry_mail(store::Store& store, MailId id, Time now);

/// Takes away mails made before `before` that do not wait any more; how many.
Task<Result<int>> purge_mails(store::Store& store, Time before);

}  // namespace kith::mail
