#include <string>

#include <gtest/gtest.h>

#include "app/database_url.hpp"
#include "app/listen_address.hpp"
#include "app/setting_sources.hpp"
#include "base/assign.hpp"
#include "base/date.hpp"
#include "base/email.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "base/zone.hpp"
#include "blob/blob_url.hpp"
#include "cache/redis/protocol.hpp"
#include "cache/redis/url.hpp"
#include "contacts/model/birthday.hpp"
#include "contacts/model/phone.hpp"
#include "contacts/search/find.hpp"
#include "contacts/search/terms.hpp"
#include "http/client_address.hpp"
#include "http/cors.hpp"
#include "http/rate_limits.hpp"
#include "mail/mailbox.hpp"
#include "mail/mime.hpp"
#include "mail/smtp/conversation.hpp"
#include "mail/smtp/url.hpp"
#include "store/postgres/url.hpp"
#include "testing/linear.hpp"

/// Tests that texts, settings and responses of other servers are parsed in linear time.
namespace kith::test {
namespace {

constexpr std::size_t kib = 1024;

/// Combining marks of two classes, each pair in the order that normalization must swap.
constexpr std::string_view unordered_marks = "\xCC\x95\xCC\x80\xCC\xA7";

void run_normalize(const std::string& text) { normalize(text); }
void run_fold(const std::string& text) { fold(text); }
void run_fold_both(const std::string& text) { fold_both(text); }
void run_sort_key(const std::string& text) { sort_key(text); }

void run_assign(const std::string& text) {
  std::string out;
  assign(out, std::string_view(text), FieldRules{.chars_max = 1'000'000, .multiline = true});
}

const Parser text_parsers[] = {
    {"text: validating", 128 * kib, filled("", "é李x"),
     [](const auto& text) { is_valid_utf8(text); }},
    {"text: blanks", 128 * kib, filled("", "\xE2\x80\x8B \xC2\xA0"),
     [](const auto& text) { is_blank(text); }},
    {"text: control characters", 128 * kib, filled("", "\n\xC3\xA9"),
     [](const auto& text) { has_control_characters(text, true); }},
    {"text: cutting", 128 * kib, filled("", "李"),
     [](const auto& text) { cut(text, text.size() - 1); }},
    {"text: digits", 128 * kib, filled("", "1 ٣"), [](const auto& text) { digits_of(text); }},
    {"text: normalizing ASCII", 128 * kib, filled("", "a\r\n"), run_normalize},
    {"text: normalizing letters", 64 * kib, filled("", "e\xCC\x81 가"), run_normalize},
    {"text: normalizing marks in order", 64 * kib, filled("a", "\xCC\x80"), run_normalize},
    {"text: normalizing marks out of order", 64 * kib, filled("a", std::string(unordered_marks)),
     run_normalize},
    {"text: normalizing Hangul", 64 * kib, filled("", "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8"),
     run_normalize},
    {"text: folding ASCII", 128 * kib, filled("", "Anna Maria "), run_fold},
    {"text: folding letters", 64 * kib, filled("", "ÄŁẞﬁ"), run_fold},
    {"text: folding marks in order", 64 * kib, filled("a", "\xCC\x80"), run_fold},
    {"text: folding marks out of order", 64 * kib, filled("a", std::string(unordered_marks)),
     run_fold},
    {"text: folding marks between invisible characters", 64 * kib,
     filled("a", "\xCC\x95\xCD\x8F\xCC\x80\xC2\xAD\xCC\xA7\xE2\x80\x8D"), run_fold},
    {"text: folding half-width voiced marks", 64 * kib, filled("a", "\xCC\xA7\xEF\xBE\x9E"),
     run_fold},
    {"text: normalizing Tibetan vowels", 64 * kib, filled("a", "\xE0\xBD\xB3"), run_normalize},
    {"text: folding ligatures", 64 * kib, filled("", "\xEF\xB7\xBA"), run_fold},
    {"text: folding for search", 64 * kib, filled("", "Müller Åse "), run_fold_both},
    {"text: folding marks for search", 64 * kib, filled("a", std::string(unordered_marks)),
     run_fold_both},
    {"text: sort keys", 64 * kib, filled("", "Müller "), run_sort_key},
    {"text: sort keys of marks", 64 * kib, filled("a", std::string(unordered_marks)), run_sort_key},
    {"text: beginnings of words", 64 * kib, filled("", "My Ä "),
     [](const auto& text) { begins_with_word(text, "my"); }},
    {"text: a field of letters", 64 * kib, filled("", "é\r\n"), run_assign},
    {"text: a field of marks out of order", 64 * kib, filled("a", std::string(unordered_marks)),
     run_assign},
};

void run_terms(const std::string& text) { contacts::SearchTerms terms(text); }

const Parser value_parsers[] = {
    {"e-mail: a long local part", 64 * kib, filled("", "a.", "@example.org"),
     [](const auto& text) { return Email::parse(text).has_value(); }},
    {"e-mail: at signs", 64 * kib, filled("", "@"),
     [](const auto& text) { return Email::parse(text).has_value(); }},
    {"e-mail: a long domain of letters", 64 * kib, filled("a@", "ü.", "org"),
     [](const auto& text) { return Email::parse(text).has_value(); }},
    {"e-mail: blanks around", 64 * kib, filled("a@b.org", " \r\n"),
     [](const auto& text) { return Email::parse(text).has_value(); }},
    {"mailbox: a long name", 64 * kib, filled("\"", "\\\"a", "\" <a@b.org>"),
     [](const auto& text) { return mail::Mailbox::parse(text).has_value(); }},
    {"mailbox: brackets", 64 * kib, filled("", "<>"),
     [](const auto& text) { return mail::Mailbox::parse(text).has_value(); }},
    {"phone: digits", 64 * kib, filled("+", "4 (0)"),
     [](const auto& text) { contacts::phone_digits(text); }},
    {"phone: a query", 64 * kib, filled("", "0-(0)"),
     [](const auto& text) { contacts::phone_needles(text); }},
    {"e-mail: a long quoted part", 64 * kib, filled("\"", "\\\"", "\"@example.org"),
     [](const auto& text) { return InternationalEmail::parse(text).has_value(); }},
    {"e-mail: brackets", 64 * kib, filled("", "<", ">"),
     [](const auto& text) { return InternationalEmail::parse(text).has_value(); }},
    {"phone: letters", 64 * kib, filled("1-800-", "flowers"),
     [](const auto& text) { contacts::phone_needles(text); }},
    {"phone: a link", 64 * kib, filled("https://wa.me/", "%2B4"),
     [](const auto& text) { contacts::phone_needles(text); }},
    {"search: punctuation", 16 * kib, filled("", "a/(b) "), run_terms},
    {"search: full stops", 16 * kib, filled("", "ab."), run_terms},
    {"search: initials", 16 * kib, filled("", "a."), run_terms},
    {"search: mail links", 16 * kib, filled("", "mailto:"), run_terms},
    {"search: ASCII domains", 16 * kib, filled("", "xn--a "), run_terms},
    {"search: near places of a needle", 128 * kib, filled("", "a"),
     [](const auto& text) { contacts::find_bytes(text, std::string(100, 'a') + "ba", 0); }},
    {"search: places alike at both ends", 128 * kib, filled("", "a"),
     [](const auto& text) {
       contacts::find_bytes(text, std::string(100, 'a') + "b" + std::string(50, 'a'), 0);
     }},
    {"date: digits", 64 * kib, filled("", "2"),
     [](const auto& text) { return Date::parse(text).has_value(); }},
    {"birthday: hyphens", 64 * kib, filled("", "-"),
     [](const auto& text) { return contacts::Birthday::parse(text).has_value(); }},
    {"time: a long fraction", 64 * kib, filled("2026-11-24T10:00:00.", "0", "Z"),
     [](const auto& text) { return Time::parse(text).has_value(); }},
    {"zone: a long name", 64 * kib, filled("", "Europe/"),
     [](const auto& text) { return Zone::parse(text).has_value(); }},
};

bool read_env(const std::string& text) { return app::read_env_file({".env", text}).has_value(); }

const Parser setting_parsers[] = {
    {".env: many lines", 16 * kib, filled("", "OTHER=value\n"), read_env},
    {".env: a setting again and again", 128 * kib, filled("", "KITH_DATA_DIR='a b'\n"), read_env},
    {".env: comments", 128 * kib, filled("", "# \n"), read_env},
    {".env: a long value", 128 * kib, filled("KITH_DATA_DIR=\"", "\\\"", "\"\n"), read_env},
    {".env: an error at the end", 16 * kib, filled("", "A='b'\n", "KITH_NO=1"), read_env},
    {"settings: favorite words", 64 * kib, filled("", "my, "),
     [](const auto& text) {
       app::Settings settings;
       settings.auto_favorite_prefixes = text;
       settings.favorite_words();
     }},
    {"settings: networks", 16 * kib, filled("", "10.0.0.0/8,"),
     [](const auto& text) { return http::TrustedProxies::parse(text).has_value(); }},
    {"settings: origins", 64 * kib, filled("", "https://a.example,"),
     [](const auto& text) { return http::CorsOrigins::parse(text).has_value(); }},
    {"settings: rate limits", 64 * kib, filled("", "login=1/s,", "login=2/s"),
     [](const auto& text) { return http::RateLimits::parse(text).has_value(); }},
    {"URL: of a database", 64 * kib, filled("sqlite:", "/a%20"),
     [](const auto& text) { return app::DatabaseUrl::parse(text).has_value(); }},
    {"URL: of PostgreSQL", 64 * kib, filled("postgres://u:p@h/d?", "a=b&", "c=d"),
     [](const auto& text) { return store::postgres::Url::parse(text).has_value(); }},
    {"URL: of Redis", 64 * kib, filled("redis://", "a@", "h"),
     [](const auto& text) { return cache::redis::Url::parse(text).has_value(); }},
    {"URL: of SMTP", 64 * kib, filled("smtp://", "%41", "@h"),
     [](const auto& text) { return mail::smtp::Url::parse(text).has_value(); }},
    {"URL: of pictures", 64 * kib, filled("s3://k:s@h/b?", "a=b&"),
     [](const auto& text) { return blob::BlobUrl::parse(text).has_value(); }},
    {"address: to listen at", 64 * kib, filled("[", ":", "]:1"),
     [](const auto& text) { return app::ListenAddress::parse(text).has_value(); }},
};

void read_redis(const std::string& bytes) {
  cache::redis::Reader reader;
  reader.feed(bytes);
  while (reader.next()) {
  }
}

std::string bulk_reply(std::size_t bytes) {
  return "$" + std::to_string(bytes) + "\r\n" + std::string(bytes, 'x') + "\r\n";
}

/// Lists with the maximum number of items.
std::string list_replies(std::size_t bytes) {
  const std::size_t items = limits::redis_reply_items_max;
  return repeated("*" + std::to_string(items) + "\r\n" + repeated(":1\r\n", items * 4), bytes);
}

void converse(const std::string& line) {
  mail::smtp::Conversation conversation;
  conversation.on_sent("DATA\r\n");
  conversation.on_received(line);
  conversation.refusal();
}

const Parser peer_parsers[] = {
    {"redis: a long text", 128 * kib, bulk_reply, read_redis},
    {"redis: long lists", 128 * kib, list_replies, read_redis},
    {"redis: many replies", 128 * kib, filled("", "+OK\r\n"), read_redis},
    {"redis: a long line", 128 * kib, filled("+", "OK", "\r\n"), read_redis},
    {"redis: a command", 128 * kib, filled("", "a\r\n"),
     [](const auto& text) { cache::redis::command({"SET", "key", text}); }},
    {"smtp: a long answer", 128 * kib, filled("550 ", "no\t\x01é", "\r\n"), converse},
    {"mail: a long header", 128 * kib, filled("", "word "),
     [](const auto& text) {
       std::string out;
       mail::append_header(out, "Subject", text);
     }},
    {"mail: encoded words", 128 * kib, filled("", "Grüße "),
     [](const auto& text) { mail::encoded_words(text); }},
    {"mail: a quoted name", 128 * kib, filled("", "\\\"a"),
     [](const auto& text) { mail::phrase(text); }},
    {"mail: quoted-printable lines", 128 * kib, filled("", "a=é \n"),
     [](const auto& text) {
       std::string out;
       mail::append_quoted_printable(out, text);
     }},
    {"mail: one quoted-printable line", 128 * kib, filled("", "a=é "),
     [](const auto& text) {
       std::string out;
       mail::append_quoted_printable(out, text);
     }},
};

TEST(LinearTexts, Text) {
  for (const Parser& parser : text_parsers) expect_linear(parser);
}

TEST(LinearTexts, Values) {
  for (const Parser& parser : value_parsers) expect_linear(parser);
}

TEST(LinearTexts, Settings) {
  for (const Parser& parser : setting_parsers) expect_linear(parser);
}

TEST(LinearTexts, ResponsesOfOtherServers) {
  for (const Parser& parser : peer_parsers) expect_linear(parser);
}

}  // namespace
}  // namespace kith::test
