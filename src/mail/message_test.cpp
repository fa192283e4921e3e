#include "mail/message.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kith::mail {
namespace {

using testing::HasSubstr;
using testing::Not;

const MailId id = *MailId::parse("0193c1e2-0000-7000-8000-000000000001");
constexpr Time made_at{1'795'514'400'000'000};  // 2026-11-24T10:00:00Z

Mailbox mailbox(std::string_view text) { return Mailbox::parse(text).value(); }

Letterhead letterhead() {
  return make_letterhead(mailbox("Kith <kith@example.org>"), "https://kith.example.org:8443/x");
}

Mail mail_to(std::string address) {
  return {.to = {std::move(address)}, .subject = "Hi", .text = "Hello\n", .html = "<p>Hello</p>\n"};
}

TEST(Mailbox, IsAnAddressWithAnOptionalName) {
  struct Row {
    const char* text;
    const char* name;
    const char* address;
    const char* header;
  };
  const Row rows[] = {
      {"kith@example.org", "", "kith@example.org", "kith@example.org"},
      {"Kith <kith@example.org>", "Kith", "kith@example.org", "Kith <kith@example.org>"},
      {" \"Kith, us\"  <kith@example.org> ", "Kith, us", "kith@example.org",
       "\"Kith, us\" <kith@example.org>"},
      {"<kith@example.org>", "", "kith@example.org", "kith@example.org"},
      {"Käthe <k@bücher.example>", "Käthe", "k@bücher.example",
       "=?UTF-8?B?S8OkdGhl?= <k@xn--bcher-kva.example>"},
  };
  for (const Row& row : rows) {
    const auto parsed = Mailbox::parse(row.text);
    ASSERT_TRUE(parsed) << row.text;
    EXPECT_EQ(parsed->name, row.name);
    EXPECT_EQ(parsed->address.text, row.address);
    EXPECT_EQ(parsed->header(), row.header);
    EXPECT_EQ(parsed->text, row.text);
  }
  EXPECT_TRUE(mailbox("").empty());
}

TEST(Mailbox, RefusesInvalidMailboxes) {
  for (const char* text :
       {"Kith", "Kith <kith>", "<>", "a@b.org>", "Kith <a@b.org", "a@b.org, c@d.org",
        "A\r\nBcc: x@y.org <a@b.org>", "A\n <a@b.org>", "\xFF <a@b.org>"}) {
    EXPECT_FALSE(Mailbox::parse(text)) << text;
  }
  EXPECT_FALSE(Mailbox::parse(std::string(101, 'x') + " <a@b.org>"));
}

TEST(Letterhead, UsesThePublicUrl) {
  EXPECT_EQ(letterhead().host, "kith.example.org");
  const std::pair<const char*, const char*> rows[] = {
      {"https://kith.example.org", "kith.example.org"},
      {"http://user@Kith.Example.org:80/a@b", "kith.example.org"},
      {"https://bücher.example/", "xn--bcher-kva.example"},
      {"http://127.0.0.1:8080", "localhost"},
      {"http://[::1]:8080", "localhost"},
      {"http://[::1]", "localhost"},
      {"http://a b\r\nc", "localhost"},
      {"", "localhost"},
  };
  for (const auto& [url, host] : rows) {
    EXPECT_EQ(make_letterhead({}, url).host, host);
    EXPECT_EQ(make_letterhead({}, url).from.header(), "Kith <kith@" + std::string(host) + ">");
  }
}

TEST(Message, HasBothParts) {
  const Message message =
      make_message(letterhead(), mail_to("anna@bücher.example"), id, made_at).value();
  EXPECT_EQ(message.sender, "kith@example.org");
  EXPECT_EQ(message.recipient, "anna@xn--bcher-kva.example");
  EXPECT_EQ(message.name, "2026-11-24T10-00-00.000000Z-0193c1e2-0000-7000-8000-000000000001");
  EXPECT_EQ(message.bytes,
            "Date: Tue, 24 Nov 2026 10:00:00 +0000\r\n"
            "From: Kith <kith@example.org>\r\n"
            "To: anna@xn--bcher-kva.example\r\n"
            "Subject: Hi\r\n"
            "Message-ID: <0193c1e2-0000-7000-8000-000000000001@kith.example.org>\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: multipart/alternative;\r\n"
            " boundary=\"=_0193c1e2-0000-7000-8000-000000000001\"\r\n"
            "\r\n"
            "--=_0193c1e2-0000-7000-8000-000000000001\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 7bit\r\n"
            "\r\n"
            "Hello\r\n"
            "\r\n"
            "--=_0193c1e2-0000-7000-8000-000000000001\r\n"
            "Content-Type: text/html; charset=utf-8\r\n"
            "Content-Transfer-Encoding: 7bit\r\n"
            "\r\n"
            "<p>Hello</p>\r\n"
            "\r\n"
            "--=_0193c1e2-0000-7000-8000-000000000001--\r\n");
}

TEST(Message, KeepsLinksOnOneLineIfTheTransportAllows) {
  const std::string link = "https://kith.example.org/auth/reset/" + std::string(200, 'x') + "=";
  struct Row {
    std::string text;
    bool takes_8bit;
    const char* encoding;
  };
  const Row rows[] = {
      {"Hello\n" + link + "\n", false, "7bit"},
      {"Hello\n" + link + "\n", true, "7bit"},
      {"Hello Zoë\n" + link + "\n", true, "8bit"},
      {"Hello Zoë\n" + link + "\n", false, "quoted-printable"},
      {std::string(998, 'x') + "\n" + link + "\n", false, "7bit"},
      {std::string(999, 'x') + "\n" + link + "\n", true, "quoted-printable"},
      {"From here on:\n" + link + "\n", true, "quoted-printable"},
      {"a\rb\n" + link + "\n", true, "quoted-printable"},
      {".\n.hidden\n" + link + "\n", true, "7bit"},
      {"--=_" + id.to_string() + "--\n" + link + "\n", true, "quoted-printable"},
  };
  for (const Row& row : rows) {
    Letterhead paper = letterhead();
    paper.takes_8bit = row.takes_8bit;
    Mail mail = mail_to("anna@example.org");
    mail.text = mail.html = row.text;
    const std::string bytes = make_message(paper, mail, id, made_at).value().bytes;
    EXPECT_THAT(bytes, HasSubstr(std::string("Content-Transfer-Encoding: ") + row.encoding))
        << row.text;
    const bool is_whole = std::string_view(row.encoding) != "quoted-printable";
    EXPECT_EQ(bytes.contains("\r\n" + link + "\r\n"), is_whole) << row.text;
  }
}

TEST(Message, RefusesAnInvalidAddress) {
  for (const char* hostile :
       {"", "anna", "a@b.org\r\nBcc: c@d.org", "a@b.org>\r\nRCPT TO:<c@d.org", "a@b.org c@d.org",
        "a\r\n@b.org", "\"a b\"@b.org", "<a@b.org>", "a@b.org\x01"}) {
    const auto message = make_message(letterhead(), mail_to(hostile), id, made_at);
    ASSERT_FALSE(message) << hostile;
    EXPECT_EQ(message.error().code, Errc::invalid);
  }
}

TEST(Message, KeepsItsHeadersWithAnyText) {
  Mail mail = mail_to("anna@example.org");
  mail.subject = "Hi\r\nBcc: eve@example.org\r\n\r\n<script>";
  mail.text = "a\r\n--=_0193c1e2-0000-7000-8000-000000000001--\r\n.\r\nQUIT\r\n";
  mail.html = mail.text;
  Letterhead hostile = letterhead();
  hostile.from.name = "K\r\nBcc: eve@example.org";
  const std::string bytes = make_message(hostile, mail, id, made_at).value().bytes;
  const std::string head = bytes.substr(0, bytes.find("\r\n\r\n"));
  EXPECT_THAT(head, HasSubstr("\r\nFrom: \"K  Bcc: eve@example.org\" <kith@example.org>\r\n"));
  EXPECT_THAT(head, Not(HasSubstr("\r\nBcc")));
  EXPECT_THAT(head, HasSubstr("Auto-Submitted"));
  std::size_t ends = 0;
  for (auto at = bytes.find("000001--\r\n"); at != std::string::npos;
       at = bytes.find("000001--\r\n", at + 1)) {
    ++ends;
  }
  EXPECT_EQ(ends, 1U);
  EXPECT_THAT(bytes, Not(HasSubstr("\r\n.\r\n")));
  EXPECT_THAT(bytes, HasSubstr("\r\n--=3D_0193c1e2")) << "a part cannot end itself";
}

TEST(Message, HasShortAsciiLines) {
  Mail mail = mail_to("anna@example.org");
  mail.subject = std::string(3000, 'x');
  for (int i = 0; i < 2000; ++i) mail.text += "Ж";
  mail.html = std::string(5000, '<');
  const std::string bytes = make_message(letterhead(), mail, id, made_at).value().bytes;
  std::size_t begin = 0;
  for (auto end = bytes.find("\r\n"); end != std::string::npos; end = bytes.find("\r\n", begin)) {
    ASSERT_LE(end - begin, 90U);
    begin = end + 2;
  }
  for (const char c : bytes) ASSERT_LT(static_cast<unsigned char>(c), 0x80);
}

}  // namespace
}  // namespace kith::mail
