#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

#include "accounts/accounts.hpp"
#include "accounts/sessions.hpp"
#include "accounts/setup.hpp"
#include "testing/fresh_database.hpp"

/// Tests account operations when another operation runs between their first read and their write,
/// or when only one of their writes succeeds.
namespace kith::accounts {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

/// A store that runs a callback before the next write.
class Interrupted : public store::Store {
 public:
  explicit Interrupted(std::unique_ptr<store::Store> inner) : inner_(std::move(inner)) {}

  std::function<Task<void>()> before_write;  ///< called once
  bool one_write_alone = false;              ///< refuses all writes but the next

  Task<Result<store::Rows>> read(const store::Query& query, store::Values values,
                                 store::Lane lane) override {
    return inner_->read(query, std::move(values), lane);
  }

  Task<Result<store::WrittenRows>> write(AccountId account, store::Batch batch) override {
    const auto happens = std::exchange(before_write, {});
    if (happens) co_await happens();
    if (refusing_) co_return refuse(Errc::unavailable, "The queue is full.");
    refusing_ = one_write_alone;
    co_return co_await inner_->write(account, std::move(batch));
  }

  void let_everything_through() { refusing_ = one_write_alone = false; }

 private:
  std::unique_ptr<store::Store> inner_;
  bool refusing_ = false;
};

class AccountRaces : public testing::TestWithParam<test::DatabaseKind> {
 protected:
  template <class T>
  T run(Task<T> task) {
    auto result = asio::co_spawn(loop_, std::move(task), asio::use_future);
    loop_.restart();
    loop_.run();
    return result.get();
  }

  static SignUpRequest signup(const std::string& email) {
    return {.username = "Ann", .email = {email}, .password = password};
  }

  static SetupRequest with_link(const std::string& token, const std::string& email) {
    return {.token = token, .username = "Ann", .email = {email}, .password = password};
  }

  /// Makes all spent tokens older, because their age is measured by the database's clock.
  void let_pass(std::chrono::seconds time) const {
    const std::chrono::microseconds micros = time;
    fresh_.value("update refresh_tokens set spent_at = spent_at - " +
                 std::to_string(micros.count()));
  }

  std::size_t count_accounts() { return run(accounts_.list()).value().size(); }

  static constexpr const char* password = "correct horse battery";
  static constexpr Time now{1'800'000'000'000'000};
  const Email ann_{"ann@example.org"};

  const test::FreshDatabase fresh_{GetParam()};

 private:
  asio::io_context loop_{1};
  std::unique_ptr<store::Database> database_ = fresh_.migrated();
  crypto::PasswordHasher passwords_{1};
  const crypto::TokenSigner signer_{std::string(32, 'k')};
  PrincipalEpoch epoch_ = 0;
  const mail::Site site_{"https://kith.example.org"};
  const accounts::SignUpRules rules_{site_};

 protected:
  Interrupted store_{database_->attach(loop_.get_executor())};
  Accounts accounts_{store_, passwords_, site_};
  Sessions sessions_{store_, accounts_, passwords_, {signer_, rules_, {}, epoch_}};
  accounts::Setup setup_{store_, accounts_};
};

TEST_P(AccountRaces, AFailedPasswordChangeIsNotReported) {
  const Account ann = run(accounts_.create(signup(ann_.text), {.trace = {{}, {}, now}})).value();
  store_.before_write = [&]() -> Task<void> {
    EXPECT_TRUE(co_await accounts_.set_password(ann.id, "another good password", {{}, {}, now}));
  };
  const auto late =
      run(sessions_.change_password({password, "a third good password"}, {}, {ann.id, {}, now}));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::conflict);
  const auto mails = run(mail::list_mails(store_, std::nullopt, 10)).value();
  EXPECT_EQ(mails.size(), 1U) << "one change was made";
}

TEST_P(AccountRaces, ASignInWithAReplacedPasswordIsRefused) {
  const Account ann = run(accounts_.create(signup(ann_.text), {.trace = {{}, {}, now}})).value();
  store_.before_write = [&]() -> Task<void> {
    EXPECT_TRUE(co_await accounts_.set_password(ann.id, "another good password", {{}, {}, now}));
  };
  const auto late = run(sessions_.log_in({ann_, password, {}}, now));
  ASSERT_FALSE(late) << "the session would outlive the change that ended all others";
  EXPECT_EQ(late.error().code, Errc::unauthenticated);
  EXPECT_TRUE(run(sessions_.log_in({ann_, "another good password", {}}, now)));
}

TEST_P(AccountRaces, ASpentTokenEndsTheSessionInOneWrite) {
  ASSERT_TRUE(run(accounts_.create(signup(ann_.text), {.trace = {{}, {}, now}})));
  const TokenPair first = run(sessions_.log_in({ann_, password, {}}, now)).value();
  const TokenPair second = run(sessions_.refresh(*first.refresh_token, {}, now)).value();
  let_pass(11s);
  store_.one_write_alone = true;
  EXPECT_FALSE(run(sessions_.refresh(*first.refresh_token, {}, now))) << "it was copied";
  store_.let_everything_through();
  EXPECT_FALSE(run(sessions_.refresh(*second.refresh_token, {}, now))) << "so the session ended";
}

TEST_P(AccountRaces, AConcurrentlySpentTokenGivesAnotherPair) {
  ASSERT_TRUE(run(accounts_.create(signup(ann_.text), {.trace = {{}, {}, now}})));
  const std::string token = *run(sessions_.log_in({ann_, password, {}}, now)).value().refresh_token;
  std::string of_other;
  store_.before_write = [&]() -> Task<void> {
    of_other = *(co_await sessions_.refresh(token, {}, now)).value().refresh_token;
  };
  const auto sibling = run(sessions_.refresh(token, {}, now));
  ASSERT_TRUE(sibling) << "a client's parallel calls";
  EXPECT_TRUE(run(sessions_.refresh(of_other, {}, now)));
  let_pass(11s);
  EXPECT_FALSE(run(sessions_.refresh(token, {}, now))) << "the grace period is over";
  EXPECT_FALSE(run(sessions_.refresh(*sibling->refresh_token, {}, now))) << "all tokens ended";
}

TEST_P(AccountRaces, TheGracePeriodBeginsAtTheFirstUse) {
  ASSERT_TRUE(run(accounts_.create(signup(ann_.text), {.trace = {{}, {}, now}})));
  const std::string token = *run(sessions_.log_in({ann_, password, {}}, now)).value().refresh_token;
  ASSERT_TRUE(run(sessions_.refresh(token, {}, now)));
  let_pass(9s);
  ASSERT_TRUE(run(sessions_.refresh(token, {}, now)));
  let_pass(2s);
  EXPECT_FALSE(run(sessions_.refresh(token, {}, now)));
}

TEST_P(AccountRaces, AParallelRefreshWithAnotherClockGivesAnotherPair) {
  ASSERT_TRUE(run(accounts_.create(signup(ann_.text), {.trace = {{}, {}, now}})));
  const std::string token = *run(sessions_.log_in({ann_, password, {}}, now)).value().refresh_token;
  const Time ahead{now.micros + 3600 * micros_per_second};
  const Time behind{now.micros - 3600 * micros_per_second};
  ASSERT_TRUE(run(sessions_.refresh(token, {}, now)));
  EXPECT_TRUE(run(sessions_.refresh(token, {}, ahead)));
  EXPECT_TRUE(run(sessions_.refresh(token, {}, behind)));
  let_pass(11s);
  EXPECT_FALSE(run(sessions_.refresh(token, {}, behind))) << "a copy is still detected";
}

TEST_P(AccountRaces, ARefusedTokenDoesNotProlongItsSession) {
  ASSERT_TRUE(run(accounts_.create(signup(ann_.text), {.trace = {{}, {}, now}})));
  const std::string token = *run(sessions_.log_in({ann_, password, {}}, now)).value().refresh_token;
  const std::string expires_at = fresh_.value("select expires_at from sessions");
  store_.before_write = [&]() -> Task<void> {  // spent long ago, after the token was read
    fresh_.value("update refresh_tokens set spent_at = 1");
    co_return;
  };
  EXPECT_FALSE(run(sessions_.refresh(token, {}, {now.micros + micros_per_second})));
  EXPECT_EQ(fresh_.value("select expires_at from sessions"), expires_at);
  EXPECT_EQ(fresh_.value("select count(*) from refresh_tokens"), "1");
}

TEST_P(AccountRaces, ARefreshOfAConcurrentlyEndedSessionIsRefused) {
  const Account ann = run(accounts_.create(signup(ann_.text), {.trace = {{}, {}, now}})).value();
  const std::string token = *run(sessions_.log_in({ann_, password, {}}, now)).value().refresh_token;
  store_.before_write = [&]() -> Task<void> {
    EXPECT_TRUE(co_await accounts_.set_password(ann.id, "another good password", {{}, {}, now}));
  };
  const auto late = run(sessions_.refresh(token, {}, now));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::unauthenticated) << "an ordinary refusal";
}

TEST_P(AccountRaces, ALinkMakesOneAdministrator) {
  const std::string token = run(setup_.new_token(now)).value().value();
  store_.before_write = [&]() -> Task<void> {
    EXPECT_TRUE(co_await setup_.run(with_link(token, "first@example.org"), {{}, {}, now}));
  };
  const auto second = run(setup_.run(with_link(token, "second@example.org"), {{}, {}, now}));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::forbidden);
  EXPECT_EQ(count_accounts(), 1U);
  EXPECT_TRUE(run(accounts_.create(signup("second@example.org"), {.trace = {{}, {}, now}})))
      << "nothing is left of it";
}

TEST_P(AccountRaces, AFailedAttemptDoesNotSpendTheLink) {
  const std::string token = run(setup_.new_token(now)).value().value();
  store_.before_write = [&]() -> Task<void> {
    EXPECT_TRUE(co_await accounts_.create(signup(ann_.text), {.trace = {{}, {}, now}}));
  };
  const auto failed = run(setup_.run(with_link(token, ann_.text), {{}, {}, now}));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::conflict) << "another sign-up took the address";
  EXPECT_TRUE(run(setup_.run(with_link(token, "other@example.org"), {{}, {}, now})));
}

TEST_P(AccountRaces, AConcurrentlyReplacedLinkIsRefused) {
  const std::string token = run(setup_.new_token(now)).value().value();
  store_.before_write = [&]() -> Task<void> { (void)co_await setup_.new_token(now); };
  const auto late = run(setup_.run(with_link(token, ann_.text), {{}, {}, now}));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::forbidden);
  EXPECT_EQ(count_accounts(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Databases, AccountRaces, testing::ValuesIn(test::database_kinds()),
                         test::kind_name);

}  // namespace
}  // namespace kith::accounts
