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

/// The table of mails to be sent. A feature adds a mail to the batch that writes the change that
/// the mail is about, so that both are stored or neither; the sender does the rest (sender.hpp).
namespace kith::mail {

/// A mail to be added to the outbox.
struct OutgoingMail {
  Mail mail;
  std::optional<AccountId> account;  ///< the account that it concerns
  Time now;
  MailId id = MailId::make(now);
};

/// Appends to `batch` what puts the mail into the outbox.
void append_mail(store::Batch& batch, OutgoingMail mail);

/// Returns the text of a query that adds a mail to the outbox only if `condition` holds at that
/// point of the batch. In the condition, `$2` is the account of the mail, and `$9` onwards are the
/// feature's own:
///
///     const Query insert_notice{"sessions.insert_notice", mail::insertion_if(
///         "exists (select 1 from accounts where id = $2 and password_hash = $9)")};
std::string insertion_if(std::string_view condition);

/// As `append_mail`, by a query made of `insertion_if`, with what follows `$8`.
void append_mail_if(store::Batch& batch, OutgoingMail mail, const store::Query& insertion,
                    store::Values condition_values);

/// Appends what takes all mails about an account away, those that wait too.
void append_mail_removal(store::Batch& batch, AccountId account);

/// A mail that only this instance sends until its lease expires.
struct ClaimedMail {
  MailId id;
  Mail mail;
  Time created_at;
  Time give_up_at;
  Time lease_until;
  int attempts = 0;  ///< including this one
};

// All functions below fail with `unavailable` when the store does.

/// Claims up to `count` due mails, the oldest first. Only reads if none is due.
Task<Result<std::vector<ClaimedMail>>> claim_mails(store::Store& store, Time now,
                                                   std::size_t count);

/// Records that the mail was sent, and deletes its contents.
Task<Result<void>> note_sent(store::Store& store, MailId id, Time now);

/// The outcome of a failed attempt.
enum class Verdict : std::uint8_t { try_again, failed };

/// Records a failed attempt. The next attempt is due after about `retry_delay`, but not after the
/// time to give up. The mail has failed permanently if it was refused or its time is over. Does
/// nothing if the lease has expired and another instance has the mail.
Task<Result<Verdict>> note_failure(store::Store& store, const ClaimedMail& claimed,
                                   const Failure& failure, Time now);

/// Returns a claimed mail to the queue unchanged, because the server stops before it was sent.
Task<Result<void>> release_mail(store::Store& store, const ClaimedMail& claimed);

/// Returns the delay after `attempts` attempts: a minute, doubled each time, up to
/// `limits::mail_retry_delay_max`.
std::chrono::microseconds retry_delay(int attempts);

/// Returns the number of queued mails, up to `limits::mails_counted_max`.
Task<Result<int>> count_queued(store::Store& store);

/// The status of a mail.
enum class MailStatus : std::uint8_t { queued, sent, failed };
constexpr std::array<std::string_view, 3> names_of(MailStatus) {
  return {"queued", "sent", "failed"};
}

/// A mail as administrators see it, without its contents.
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
        field("id", &MailView::id, {.doc = "Also the local part of its Message-ID."}),
        field("to", &MailView::to), field("subject", &MailView::subject),
        field("status", &MailView::status),
        field("attempts", &MailView::attempts, {.doc = "Number of attempts to send it."}),
        field("created_at", &MailView::created_at, {.doc = "UTC."}),
        field("next_try_at", &MailView::next_try_at,
              {.doc = "UTC; null if no further attempt follows."}),
        field("sent_at", &MailView::sent_at, {.doc = "UTC; when the mail server accepted it."}),
        field("failed_at", &MailView::failed_at, {.doc = "UTC; when the last attempt failed."}),
        field("error", &MailView::error, {.doc = "Why the last attempt failed."}));
  }
};

/// Returns up to `count` mails of any status, the newest first, starting after the mail `before`.
Task<Result<std::vector<MailView>>> list_mails(store::Store& store, std::optional<MailId> before,
                                               int count);

/// Returns a failed mail to the queue, for as long as a new mail. Errors: `not_found`; `conflict`
/// if it has not failed.
Task<Result<MailView>> retry_mail(store::Store& store, MailId id, Time now);

/// Deletes mails created before `before` that are no longer queued, and returns their number.
Task<Result<int>> purge_mails(store::Store& store, Time before);

}  // namespace kith::mail
