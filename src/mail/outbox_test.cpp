#include "mail/outbox.hpp"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "store/rows.hpp"
#include "testing/store_fixture.hpp"

/// The outbox on a real database, with a clock that the test controls.
namespace kith::mail {
namespace {

using namespace std::chrono_literals;
using store::Query;
using store::values;

const Query insert_if_equal{"test.insert_mail_if",
                            insertion_if("cast($9 as bigint) = cast($10 as bigint)")};
const Query select_parts{"test.mail_parts",
                         "select text_part, html_part from mail_outbox where id = $1"};

class Outbox : public test::StoreFixture {
 protected:
  template <class T>
  T run(Task<Result<T>> task) {
    return StoreFixture::run(std::move(task)).value();
  }
  void run(Task<Result<void>> task) { EXPECT_TRUE(StoreFixture::run(std::move(task))); }
  template <class T>
  Errc refusal_of(Task<Result<T>> task) {
    return StoreFixture::run(std::move(task)).error().code;
  }

  void write(store::Batch batch) { run<store::WrittenRows>(store_->write({}, std::move(batch))); }

  MailId put(Time at = now) {
    const OutgoingMail outgoing{mail_, std::nullopt, at};
    store::Batch batch;
    append_mail(batch, outgoing);
    write(std::move(batch));
    return outgoing.id;
  }

  std::vector<ClaimedMail> claim(Time at, std::size_t count = 10) {
    return run(claim_mails(*store_, at, count));
  }
  ClaimedMail claim_one(Time at) {
    auto claimed = claim(at);
    EXPECT_EQ(claimed.size(), 1U);
    return claimed.empty() ? ClaimedMail{} : claimed.front();
  }
  std::vector<MailView> list() { return run(list_mails(*store_, std::nullopt, 100)); }
  MailView only() {
    const auto mails = list();
    EXPECT_EQ(mails.size(), 1U);
    return mails.at(0);
  }

  static constexpr Time now{1'800'000'000'000'000};
  const Mail mail_{{"anna@example.org"}, "Hi", "the secret link", "<p>the secret link</p>"};
};

TEST_P(Outbox, ClaimsEachMailOnce) {
  const MailId id = put();
  const ClaimedMail claimed = claim_one(now);
  EXPECT_EQ(claimed.id, id);
  EXPECT_EQ(claimed.mail.to, mail_.to);
  EXPECT_EQ(claimed.mail.subject, mail_.subject);
  EXPECT_EQ(claimed.mail.text, mail_.text);
  EXPECT_EQ(claimed.mail.html, mail_.html);
  EXPECT_EQ(claimed.created_at, now);
  EXPECT_EQ(claimed.attempts, 1);
  EXPECT_TRUE(claim(now).empty()) << "two instances would send it";
}

TEST_P(Outbox, ClaimsTheOldestFirst) {
  const MailId second = put(now + 1s);
  const MailId first = put(now);
  put(now + 1h);
  EXPECT_EQ(claim(now + 2s, 1).at(0).id, first);
  EXPECT_EQ(claim(now + 2s, 5).at(0).id, second);
  EXPECT_EQ(run(count_queued(*store_)), 3);
}

TEST_P(Outbox, ClaimsAMailAgainAfterItsLeaseExpired) {
  const MailId id = put();
  claim_one(now);
  EXPECT_TRUE(claim(now + limits::mail_lease - 1s).empty());
  const ClaimedMail again = claim_one(now + limits::mail_lease);
  EXPECT_EQ(again.id, id);
  EXPECT_EQ(again.attempts, 2);
}

TEST_P(Outbox, DeletesTheTextOfASentMailAndKeepsItsRow) {
  const MailId id = put();
  claim_one(now);
  run(note_sent(*store_, id, now + 1s));
  EXPECT_TRUE(claim(now + 24h).empty());
  EXPECT_EQ(run(count_queued(*store_)), 0);
  EXPECT_EQ(only().status, MailStatus::sent);
  EXPECT_EQ(only().sent_at, now + 1s);
  const auto parts = run<store::Rows>(store_->read(select_parts, values(id)));
  EXPECT_TRUE(parts.cell(0, 0).is_null() && parts.cell(0, 1).is_null());
}

TEST_P(Outbox, IncreasesTheDelayWithEachAttempt) {
  EXPECT_EQ(retry_delay(1), 1min);
  EXPECT_EQ(retry_delay(2), 2min);
  EXPECT_EQ(retry_delay(9), 256min);
  EXPECT_EQ(retry_delay(10), 6h);
  EXPECT_EQ(retry_delay(1'000'000), 6h);
  EXPECT_EQ(retry_delay(0), 1min);
}

TEST_P(Outbox, RetriesFailedMails) {
  put();
  const Failure failure{FailureKind::deferred, "the mail server answered: 451 later"};
  EXPECT_EQ(run(note_failure(*store_, claim_one(now), failure, now)), Verdict::try_again);
  EXPECT_EQ(only().status, MailStatus::queued);
  EXPECT_EQ(only().error, failure.reason);
  EXPECT_GE(only().next_try_at, now + 53s);
  EXPECT_LE(only().next_try_at, now + 67s);
  EXPECT_TRUE(claim(now + 50s).empty());
  EXPECT_EQ(claim_one(now + 70s).attempts, 2);
}

TEST_P(Outbox, GivesUpAfterThreeDaysWithALastAttempt) {
  put();
  const Failure failure{FailureKind::connection, "no response"};
  int tries = 0;
  Verdict verdict = Verdict::try_again;
  for (Time time = now; verdict == Verdict::try_again; time = only().next_try_at.value_or(time)) {
    ASSERT_LT(++tries, 50);
    ASSERT_LE(time, now + 72h);
    verdict = run(note_failure(*store_, claim_one(time), failure, time));
  }
  EXPECT_EQ(only().status, MailStatus::failed);
  EXPECT_EQ(only().failed_at, now + 72h);
  EXPECT_GT(tries, 18);
  EXPECT_LT(tries, 26);
}

TEST_P(Outbox, FailsARefusedMailAtOnce) {
  put();
  const Failure failure{FailureKind::refused, "the mail server answered: 550 no mailbox"};
  EXPECT_EQ(run(note_failure(*store_, claim_one(now), failure, now)), Verdict::failed);
  EXPECT_EQ(only().status, MailStatus::failed);
  EXPECT_EQ(only().error, failure.reason);
  EXPECT_EQ(only().next_try_at, std::nullopt);
}

TEST_P(Outbox, IgnoresAFailureAfterTheLeaseExpired) {
  const MailId id = put();
  const ClaimedMail slow = claim_one(now);
  const Time after_lease = now + limits::mail_lease;
  const ClaimedMail fast = claim_one(after_lease);
  const Failure failure{FailureKind::refused, "late"};
  run(note_failure(*store_, slow, failure, after_lease));
  EXPECT_EQ(only().status, MailStatus::queued);
  run(note_sent(*store_, id, after_lease));
  run(note_failure(*store_, fast, failure, after_lease));
  EXPECT_EQ(only().status, MailStatus::sent);
}

TEST_P(Outbox, ReleasesUnattemptedMails) {
  put();
  run(release_mail(*store_, claim_one(now)));
  EXPECT_EQ(claim_one(now).attempts, 1);
}

TEST_P(Outbox, RequeuesFailedMails) {
  const MailId id = put();
  const Time end = now + 80h;
  const Failure failure{FailureKind::connection, "no response"};
  run(note_failure(*store_, claim_one(end), failure, end));
  const MailView revived = run(retry_mail(*store_, id, end));
  EXPECT_EQ(revived.status, MailStatus::queued);
  EXPECT_EQ(revived.next_try_at, end);
  EXPECT_EQ(run(note_failure(*store_, claim_one(end), failure, end)), Verdict::try_again);
  EXPECT_EQ(refusal_of(retry_mail(*store_, id, end)), Errc::conflict);
  EXPECT_EQ(refusal_of(retry_mail(*store_, MailId::make(now), end)), Errc::not_found);
}

TEST_P(Outbox, ListsTheNewestFirstInPages) {
  const MailId first = put(now);
  const MailId second = put(now + 1s);
  const MailId third = put(now + 2s);
  const auto page = run(list_mails(*store_, std::nullopt, 2));
  ASSERT_EQ(page.size(), 2U);
  EXPECT_EQ(page[0].id, third);
  EXPECT_EQ(page[1].id, second);
  const auto rest = run(list_mails(*store_, second, 2));
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].id, first);
}

TEST_P(Outbox, PurgesOldFinishedMails) {
  const MailId waiting = put(now);
  const MailId sent = put(now + 1s);
  run(note_sent(*store_, sent, now + 2s));
  const MailId young = put(now + 48h);
  run(note_sent(*store_, young, now + 48h));
  EXPECT_EQ(run(purge_mails(*store_, now + 24h)), 1);
  const auto mails = list();
  ASSERT_EQ(mails.size(), 2U);
  EXPECT_EQ(mails[0].id, young);
  EXPECT_EQ(mails[1].id, waiting);
}

TEST_P(Outbox, InsertsAMailIfItsConditionHolds) {
  for (const int number : {1, 2}) {
    const OutgoingMail outgoing{mail_, AccountId::make(now), now};
    store::Batch batch;
    append_mail_if(batch, outgoing, insert_if_equal, values(1, number));
    write(std::move(batch));
  }
  EXPECT_EQ(list().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Databases, Outbox, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::mail
