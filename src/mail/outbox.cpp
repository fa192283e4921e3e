#include "mail/outbox.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/jitter.hpp"
#include "base/limits.hpp"
#include "store/rows.hpp"

namespace kith::mail {

using store::Query;
using store::Rows;
using store::values;

namespace {

constexpr std::chrono::microseconds lease = limits::mail_lease;
constexpr std::chrono::microseconds retry_period = limits::mail_retry_period;

const Query insert_mail{"mail.insert", insertion_if("true")};

}  // namespace

std::string insertion_if(std::string_view condition) {
  return "insert into mail_outbox (id, account_id, recipient, subject, text_part, html_part, "
         "created_at, next_try_at, give_up_at, lease_until, attempts) "
         "select $1, $2, $3, $4, $5, $6, $7, $7, $8, 0, 0 where " +
         std::string(condition);
}

void append_mail(store::Batch& batch, OutgoingMail mail) {
  append_mail_if(batch, std::move(mail), insert_mail, {});
}

void append_mail_if(store::Batch& batch, OutgoingMail mail, const Query& insertion,
                    store::Values condition_values) {
  auto& [to, subject, text, html] = mail.mail;
  store::Values parameters =
      values(mail.id, mail.account, std::move(to), std::move(subject), std::move(text),
             std::move(html), mail.now, mail.now + retry_period);
  std::ranges::move(condition_values, std::back_inserter(parameters));
  batch.add_values(insertion, std::move(parameters));
}

namespace {

const Query delete_mails_of{"mail.delete_of_account",
                            "delete from mail_outbox where account_id = $1"};

}  // namespace

void append_mail_removal(store::Batch& batch, AccountId account) {
  batch.add(delete_mails_of, account);
}

namespace {

const Query select_due{"mail.due",
                       "select id from mail_outbox where next_try_at <= $1 and lease_until <= $1 "
                       "order by next_try_at limit $2"};
const Query take_mail{
    "mail.take",
    "update mail_outbox set lease_until = $3, attempts = attempts + 1 "
    "where id = $1 and next_try_at <= $2 and lease_until <= $2 "
    "returning id, recipient, subject, text_part, html_part, created_at, give_up_at, attempts"};

ClaimedMail claimed_mail(const Rows& rows, Time lease_until) {
  return {.id = store::read_column<MailId>(rows, "id"),
          .mail = {.to = store::read_column<Email>(rows, "recipient"),
                   .subject = store::read_column<std::string>(rows, "subject"),
                   .text = store::read_column<std::string>(rows, "text_part"),
                   .html = store::read_column<std::string>(rows, "html_part")},
          .created_at = store::read_column<Time>(rows, "created_at"),
          .give_up_at = store::read_column<Time>(rows, "give_up_at"),
          .lease_until = lease_until,
          .attempts = store::read_column<int>(rows, "attempts")};
}

}  // namespace

Task<Result<std::vector<ClaimedMail>>> claim_mails(store::Store& store, Time now,
                                                   std::size_t count) {
  std::vector<ClaimedMail> claimed;
  const auto due = co_await store.read(select_due, values(now, static_cast<int>(count)));
  if (!due) co_return std::unexpected(due.error());
  if (due->empty()) co_return claimed;
  const Time lease_until = now + lease;
  store::Batch batch;
  std::vector<store::Batch::Handle> taken;
  for (std::size_t row = 0; row < due->size(); ++row) {
    taken.push_back(
        batch.add(take_mail, store::read_column<MailId>(*due, "id", row), now, lease_until));
  }
  const auto written = co_await store.write(store::no_account, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  for (const auto each : taken) {
    const Rows& rows = (*written)[each];
    if (!rows.empty()) claimed.push_back(claimed_mail(rows, lease_until));
  }
  co_return claimed;
}

namespace {

// Applies regardless of the lease's holder, because the mail was sent.
const Query end_mail{"mail.sent",
                     "update mail_outbox set sent_at = $2, next_try_at = null, failed_at = null, "
                     "error = null, text_part = null, html_part = null where id = $1"};
const Query put_off_mail{"mail.put_off",
                         "update mail_outbox set next_try_at = $3, lease_until = 0, error = $4 "
                         "where id = $1 and lease_until = $2 and next_try_at is not null"};
const Query fail_mail{"mail.fail",
                      "update mail_outbox set next_try_at = null, lease_until = 0, failed_at = $3, "
                      "error = $4 where id = $1 and lease_until = $2 and next_try_at is not null"};
const Query give_back_mail{"mail.release",
                           "update mail_outbox set lease_until = 0, attempts = attempts - 1 "
                           "where id = $1 and lease_until = $2 and next_try_at is not null"};

}  // namespace

Task<Result<void>> note_sent(store::Store& store, MailId id, Time now) {
  const auto written = co_await store.write_one(store::no_account, end_mail, values(id, now));
  if (!written) co_return std::unexpected(written.error());
  co_return Result<void>();
}

std::chrono::microseconds retry_delay(int attempts) {
  constexpr int doublings_max = 20;
  const auto factor = std::int64_t{1} << std::clamp(attempts - 1, 0, doublings_max);
  const std::chrono::microseconds delay = limits::mail_retry_delay_min * factor;
  return std::min<std::chrono::microseconds>(delay, limits::mail_retry_delay_max);
}

Task<Result<Verdict>> note_failure(store::Store& store, const ClaimedMail& claimed,
                                   const Failure& failure, Time now) {
  const bool is_final = failure.kind == FailureKind::refused || now >= claimed.give_up_at;
  const Time again = std::min(now + with_jitter(retry_delay(claimed.attempts)), claimed.give_up_at);
  const Query& query = is_final ? fail_mail : put_off_mail;
  const auto written = co_await store.write_one(
      store::no_account, query,
      values(claimed.id, claimed.lease_until, is_final ? now : again, failure.reason));
  if (!written) co_return std::unexpected(written.error());
  co_return is_final ? Verdict::failed : Verdict::try_again;
}

Task<Result<void>> release_mail(store::Store& store, const ClaimedMail& claimed) {
  const auto written = co_await store.write_one(store::no_account, give_back_mail,
                                                values(claimed.id, claimed.lease_until));
  if (!written) co_return std::unexpected(written.error());
  co_return Result<void>();
}

namespace {

const Query count_waiting{"mail.count_queued",
                          "select count(*) as n from "
                          "(select 1 from mail_outbox where next_try_at > 0 limit $1) x"};

}  // namespace

Task<Result<int>> count_queued(store::Store& store) {
  const auto rows = co_await store.read(count_waiting, values(limits::mails_counted_max));
  if (!rows) co_return std::unexpected(rows.error());
  co_return store::read_column<int>(*rows, "n");
}

namespace {

// The contents of a mail are excluded.
constexpr std::string_view view_columns =
    "id, recipient as \"to\", subject, case when sent_at is not null then 'sent' "
    "when failed_at is not null then 'failed' else 'queued' end as status, "
    "attempts, created_at, next_try_at, sent_at, failed_at, error";

const Query select_mails{"mail.list", "select " + std::string(view_columns) +
                                          " from mail_outbox where id < $1 "
                                          "order by id desc limit $2"};

}  // namespace

Task<Result<std::vector<MailView>>> list_mails(store::Store& store, std::optional<MailId> before,
                                               int count) {
  const MailId begin = before.value_or(MailId::last());
  const auto rows = co_await store.read(select_mails, values(begin, count));
  if (!rows) co_return std::unexpected(rows.error());
  co_return store::read_rows<MailView>(*rows);
}

namespace {

const Query revive_mail{"mail.retry",
                        "update mail_outbox set failed_at = null, next_try_at = $2, "
                        "give_up_at = $3, attempts = 0 where id = $1 and failed_at is not null "
                        "returning id"};
// A separate query, because SQLite 3.40 evaluates `is not null` in RETURNING to true.
const Query select_mail{"mail.find",
                        "select " + std::string(view_columns) + " from mail_outbox where id = $1"};

}  // namespace

Task<Result<MailView>> retry_mail(store::Store& store, MailId id, Time now) {
  const Time give_up_at = now + retry_period;
  const auto revived =
      co_await store.write_one(store::no_account, revive_mail, values(id, now, give_up_at));
  if (!revived) co_return std::unexpected(revived.error());
  const auto found = co_await store.read(select_mail, values(id));
  if (!found) co_return std::unexpected(found.error());
  if (found->empty()) co_return refuse(Errc::not_found, "The mail does not exist.");
  if (!revived->empty()) co_return store::read_row<MailView>(*found, 0);
  co_return refuse(Errc::conflict, "Only failed mails can be retried.");
}

namespace {

// Ids contain the creation time, so the oldest mails are adjacent.
const Query delete_old_mails{"mail.purge",
                             "delete from mail_outbox where id in "
                             "(select id from mail_outbox where id < $1 and next_try_at is null "
                             "limit $2) returning id"};

}  // namespace

Task<Result<int>> purge_mails(store::Store& store, Time before) {
  const MailId first_kept{Uuid::make_v7(before, {})};
  for (int deleted = 0;;) {
    const auto gone = co_await store.write_one(store::no_account, delete_old_mails,
                                               values(first_kept, limits::purge_rows_max));
    if (!gone) co_return std::unexpected(gone.error());
    if (gone->empty()) co_return deleted;
    deleted += static_cast<int>(gone->size());
  }
}

}  // namespace kith::mail
