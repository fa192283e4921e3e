#include "mail/smtp/conversation.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kith::mail::smtp {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Returns a conversation of lines that were sent (`> `) and received.
Conversation after(const std::vector<std::string>& lines) {
  Conversation conversation;
  for (const std::string& line : lines) {
    if (line.starts_with("> ")) {
      conversation.on_sent(line.substr(2) + "\r\n");
    } else {
      conversation.on_received(line + "\r\n");
    }
  }
  return conversation;
}

struct Row {
  std::vector<std::string> lines;
  FailureKind kind;
};

TEST(SmtpConversation, DistinguishesPermanentFailures) {
  const Row rows[] = {
      {{"554 no service"}, FailureKind::deferred},
      {{"421 later"}, FailureKind::deferred},
      {{"220 hi", "> EHLO x", "250 x", "> MAIL FROM:<a@b>", "550 not you"}, FailureKind::deferred},
      {{"> MAIL FROM:<a@b>", "530 log in first"}, FailureKind::login},
      {{"> RCPT TO:<a@b>", "550 5.1.1 no mailbox"}, FailureKind::refused},
      {{"> RCPT TO:<a@b>", "550 5.1.1 no mailbox", "> QUIT", "221 bye"}, FailureKind::refused},
      {{"> RCPT TO:<a@b>", "450 greylisted"}, FailureKind::deferred},
      {{"> RCPT TO:<a@b>", "530 log in first"}, FailureKind::login},
      {{"> DATA", "354 go on", "552 too large"}, FailureKind::refused},
      {{"> DATA", "354 go on", "451 disk full"}, FailureKind::deferred},
      {{"> AUTH PLAIN AGFubgBzZWNyZXQ=", "535 wrong"}, FailureKind::login},
  };
  for (const Row& row : rows) {
    const auto refusal = after(row.lines).refusal();
    ASSERT_TRUE(refusal) << row.lines.back();
    EXPECT_EQ(refusal->kind, row.kind) << row.lines.back();
  }
}

TEST(SmtpConversation, IsNoRefusalWithoutAnErrorReply) {
  EXPECT_FALSE(after({}).refusal());
  EXPECT_FALSE(after({"220 hi", "> EHLO x", "250 x", "> DATA", "354 go on"}).refusal());
  EXPECT_FALSE(after({"> AUTH PLAIN x", "535 no", "> AUTH LOGIN", "235 yes"}).refusal());
  EXPECT_FALSE(after({"nonsense", "9", ""}).refusal());
}

TEST(SmtpConversation, QuotesRepliesExceptThoseToAuthentication) {
  EXPECT_EQ(after({"> RCPT TO:<a@b>", "550-one", "550 5.1.1 no mailbox"}).refusal()->reason,
            "the mail server answered: 550 5.1.1 no mailbox");
  const auto login = after(
      {"> AUTH LOGIN", "334 VXNlcm5hbWU6", "> AGFubgBzZWNyZXQ=", "535 secret is no password"});
  EXPECT_EQ(login.refusal()->reason, "the mail server answered: 535");
}

TEST(SmtpConversation, KeepsOneShortLineOfText) {
  const auto refusal =
      after({"> RCPT TO:<a@b>", "550 \x1B[31m\xFF " + std::string(2000, 'x')}).refusal();
  EXPECT_LT(refusal->reason.size(), 400U);
  EXPECT_THAT(refusal->reason, Not(HasSubstr("\x1B")));
  EXPECT_THAT(refusal->reason, HasSubstr("[31m?"));
}

}  // namespace
}  // namespace kith::mail::smtp
