#include "mail/sender.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.hpp"
#include "testing/fresh_database.hpp"

/// The sender on a real database, with a transport that the test controls.
namespace kith::mail {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Outcome = std::expected<std::string, Failure>;

class ScriptedTransport : public Transport {
 public:
  std::function<Outcome(const Message&, const std::stop_token&)> answer =
      [](const Message&, const std::stop_token&) -> Outcome { return "sent"; };

  Outcome send(const Message& message, const std::stop_token& stop) override {
    {
      const std::scoped_lock lock(mutex_);
      seen_.push_back(message);
    }
    return answer(message, stop);
  }
  std::string description() const override { return "a test"; }

  std::vector<Message> seen() {
    const std::scoped_lock lock(mutex_);
    return seen_;
  }

 private:
  std::mutex mutex_;
  std::vector<Message> seen_;
};

class SenderTest : public testing::TestWithParam<test::DatabaseKind> {
 protected:
  void put(std::string to) {
    const OutgoingMail outgoing{{{std::move(to)}, "Hi", "text", "html"}, {}, now};
    store::Batch batch;
    append_mail(batch, outgoing);
    auto written = asio::co_spawn(loop_, store_->write({}, std::move(batch)), asio::use_future);
    loop_.restart();
    loop_.run();
    EXPECT_TRUE(written.get());
  }

  std::vector<MailView> list() {
    auto mails = asio::co_spawn(loop_, list_mails(*store_, {}, 100), asio::use_future);
    loop_.restart();
    loop_.run();
    return mails.get().value();
  }

  /// Runs the sender until `done`, then stops it as the server does.
  void work_until(Sender& sender, const std::function<bool()>& done) {
    sender.start();
    asio::steady_timer timer(loop_);
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    std::function<void()> look = [&] {
      if (done() || std::chrono::steady_clock::now() > deadline) return sender.stop();
      timer.expires_after(5ms);
      timer.async_wait([&](const boost::system::error_code&) { look(); });
    };
    look();
    loop_.restart();
    loop_.run();
    EXPECT_TRUE(done()) << "not in time";
  }

  std::unique_ptr<Sender> sender() {
    return std::make_unique<Sender>(
        loop_, *store_,
        PostOffice{transport_, make_letterhead({}, "https://kith.example.org"),
                   Clock([] { return now; })});
  }

  static constexpr Time now{1'800'000'000'000'000};
  ScriptedTransport transport_;

 private:
  const test::FreshDatabase fresh_{GetParam()};

 protected:
  asio::io_context loop_{1};
  std::unique_ptr<store::Database> database_ = fresh_.migrated();
  std::unique_ptr<store::Store> store_ = database_->attach(loop_.get_executor());
};

TEST_P(SenderTest, SendsAllQueuedMails) {
  for (int i = 0; i < 20; ++i) put("a" + std::to_string(i) + "@example.org");
  const auto sender = this->sender();
  work_until(*sender, [&] { return sender->counts().sent == 20; });
  std::set<std::string> recipients;
  for (const Message& message : transport_.seen()) recipients.insert(message.recipient);
  EXPECT_EQ(recipients.size(), 20U);
  EXPECT_EQ(transport_.seen().size(), 20U);
  for (const MailView& mail : list()) EXPECT_EQ(mail.status, MailStatus::sent);
}

TEST_P(SenderTest, RecordsTheReasonOfAFailure) {
  put("a@example.org");
  transport_.answer = [](const Message&, const std::stop_token&) -> Outcome {
    return std::unexpected(Failure{FailureKind::tls, "no certificate"});
  };
  const auto sender = this->sender();
  const auto kind = static_cast<std::size_t>(FailureKind::tls);
  work_until(*sender, [&] { return sender->counts().failures[kind] == 1; });
  EXPECT_EQ(list().at(0).error, "no certificate");
  EXPECT_EQ(list().at(0).status, MailStatus::queued);
}

TEST_P(SenderTest, RefusesInvalidAddresses) {
  put("a@example.org\r\nRCPT TO:<b@example.org>");
  const auto sender = this->sender();
  const auto kind = static_cast<std::size_t>(FailureKind::refused);
  work_until(*sender, [&] { return sender->counts().failures[kind] == 1; });
  EXPECT_TRUE(transport_.seen().empty());
  EXPECT_EQ(list().at(0).status, MailStatus::failed);
}

TEST_P(SenderTest, ASlowServerDelaysOneMail) {
  std::atomic<bool> go_on = false;
  transport_.answer = [&](const Message& message, const std::stop_token&) -> Outcome {
    while (message.recipient.starts_with("slow") && !go_on) std::this_thread::sleep_for(1ms);
    return "sent";
  };
  put("slow@example.org");
  for (int i = 0; i < 9; ++i) put("a" + std::to_string(i) + "@example.org");
  const auto sender = this->sender();
  work_until(*sender, [&] {
    if (sender->counts().sent == 9) go_on = true;
    return sender->counts().sent == 10;
  });
}

TEST_P(SenderTest, ReleasesUnsentMailsWhenStopped) {
  put("a@example.org");
  transport_.answer = [](const Message&, const std::stop_token& stop) -> Outcome {
    while (!stop.stop_requested()) std::this_thread::sleep_for(1ms);
    return std::unexpected(Failure{FailureKind::stopped, "stopping"});
  };
  const auto first = sender();
  work_until(*first, [&] { return transport_.seen().size() == 1; });
  EXPECT_EQ(list().at(0).attempts, 0);
  transport_.answer = [](const Message&, const std::stop_token&) -> Outcome { return "sent"; };
  const auto second = sender();
  work_until(*second, [&] { return second->counts().sent == 1; });
}

TEST_P(SenderTest, SendsOnceWhenTheClockJumpsAhead) {
  static std::atomic<std::int64_t> micros;
  micros = now.micros;
  put("a@example.org");
  transport_.answer = [](const Message&, const std::stop_token&) -> Outcome {
    micros += 60 * micros_per_minute;
    std::this_thread::sleep_for(limits::mail_poll_interval * 3 / 2);
    return "sent";
  };
  Sender sender(loop_, *store_,
                PostOffice{transport_, make_letterhead({}, "https://kith.example.org"),
                           Clock([] { return Time{micros}; })});
  work_until(sender, [&] { return sender.counts().sent > 0; });
  EXPECT_EQ(transport_.seen().size(), 1U);
  EXPECT_EQ(list().at(0).status, MailStatus::sent);
}

INSTANTIATE_TEST_SUITE_P(Databases, SenderTest, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::mail
