#include "app/settings.hpp"

#include <string>
#include <tuple>

#include <gmock/gmock.h>

namespace kith::app {

namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* secret = "0123456789abcdef0123456789abcdef";

TEST(Names, AreMadeFromTheField) {
  EXPECT_EQ(environment_name("data_dir"), "KITH_DATA_DIR");
  EXPECT_EQ(flag_name("data_dir"), "--data-dir");
}

TEST(Settings, TheDatabasePasswordMayHaveAnyCharacters) {
  for (const char* password : {"p@ss", "p/ss", "p%ss", "p#ss", "p?s:s", "p'\"\\ ss"}) {
    const auto settings = make_settings(
        {{{"database_url", "postgres://kith@db/kith"}, {"database_password", password}}});
    ASSERT_TRUE(settings) << settings.error().detail;
    EXPECT_EQ(settings->database_url.postgres->parameters.at("password"), password);
    EXPECT_THAT(show(*settings), Not(HasSubstr(password)));
  }
  const auto replaced = make_settings(
      {{{"database_url", "postgres://kith:old@db/kith"}, {"database_password", "new"}}});
  EXPECT_EQ(replaced.value().database_url.postgres->parameters.at("password"), "new");
  EXPECT_FALSE(make_settings({{{"database_password", "new"}}}));
}

TEST(Settings, AnInvalidUrlExplainsPercentEncoding) {
  for (const char* url : {"postgres://kith:p@ss@db/kith", "postgres://kith:p/ss@db/kith",
                          "postgres://kith:p%ss@db/kith"}) {
    const auto settings = make_settings({{{"database_url", url}}});
    ASSERT_FALSE(settings) << url;
    EXPECT_THAT(settings.error().detail, HasSubstr("percent-encoded"));
    EXPECT_THAT(settings.error().detail, HasSubstr("KITH_DATABASE_PASSWORD"));
    EXPECT_THAT(settings.error().detail, Not(HasSubstr("ss@db")));
  }
}

TEST(Settings, FirstSourceWins) {
  const auto settings =
      make_settings({{{"threads", "3"}}, {{"threads", "5"}, {"metrics", "open"}}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->threads, 3);
  EXPECT_THAT(show(*settings), HasSubstr("KITH_METRICS=\"open\""));
}

TEST(Settings, ReportAllErrorsAtOnce) {
  const auto settings = make_settings({{{"threads", "x"}, {"listen", "x"}, {"log_level", "x"}}});
  ASSERT_FALSE(settings);
  for (const char* name : {"KITH_THREADS", "KITH_LISTEN", "KITH_LOG_LEVEL"}) {
    EXPECT_THAT(settings.error().detail, HasSubstr(name));
  }
}

TEST(Settings, RefusesNearlyValidValues) {
  for (const auto& [name, value, words] : {
           std::tuple("public_url", "https://", "https://HOST"),
           std::tuple("public_url", "kith.example.org", "https://HOST"),
           std::tuple("public_url", "HTTPS://kith.example.org", "https://HOST"),
           std::tuple("public_url", "https://a@kith.example.org", "https://HOST"),
           std::tuple("public_url", "https://kith.example.org/?a", "https://HOST"),
           std::tuple("public_url", "https://kith.example.org:99999", "https://HOST"),
           std::tuple("signup", "close", "open, closed, or domains"),
           std::tuple("signup", "Open", "open, closed, or domains"),
           std::tuple("signup", "example.org,close", "open, closed, or domains"),
           std::tuple("data_required", "yes", "off on"),
           std::tuple("secret_key", "                                        ", "32 characters"),
       }) {
    const auto settings = make_settings({{{name, value}}});
    ASSERT_FALSE(settings) << value;
    EXPECT_THAT(settings.error().detail, HasSubstr(words));
    EXPECT_THAT(settings.error().detail, HasSubstr(environment_name(name)));
  }
  for (const char* url : {"http://kith", "https://kith.example.org/contacts/", "http://[::1]:80"}) {
    EXPECT_TRUE(make_settings({{{"public_url", url}}})) << url;
  }
}

TEST(Settings, AreShownWithoutTheirPasswords) {
  for (const auto& [name, value, shown] : {
           std::tuple("blob_url", "file:bl", "file:bl"),
           std::tuple("blob_url", "s3://key:se:cr%2Fet@s3.example.org/kith?region=eu",
                      "s3://key:********@s3.example.org/kith?region=eu"),
           std::tuple("blob_url", "cloudinary://key:secret@cloud",
                      "cloudinary://key:********@cloud"),
           std::tuple("smtp_url", "smtp://ann%40b:secret@mail:587?ca=/a",
                      "smtp://ann%40b:********@mail:587?ca=/a"),
           std::tuple("smtp_url", "smtp://127.0.0.1:25?tls=off", "smtp://127.0.0.1:25?tls=off"),
           std::tuple("redis_url", "redis://:secret@r:6379/0", "redis://:********@r:6379/0"),
           std::tuple("database_url", "sqlite:a.db", "sqlite:a.db"),
           std::tuple("database_url", "postgres://a:secret@h/k", "postgres://a:********@h/k"),
       }) {
    const auto settings = make_settings({{{name, value}}});
    ASSERT_TRUE(settings) << settings.error().detail;
    EXPECT_THAT(show(*settings), HasSubstr(environment_name(name) + "=\"" + shown + "\"\n"));
  }
}

TEST(Settings, AreExplainedWithTheirRange) {
  EXPECT_EQ(describe({.doc = "Days.", .value_min = 1, .value_max = 9}), "Days. Range: 1 to 9.");
  EXPECT_EQ(describe({.doc = "A text."}), "A text.");
}

TEST(Settings, SecretsAreMasked) {
  const auto settings = make_settings({{{"secret_key", secret}}});
  ASSERT_TRUE(settings);
  EXPECT_THAT(show(*settings), Not(HasSubstr(secret)));
  EXPECT_THAT(show(*settings), HasSubstr("KITH_SECRET_KEY="));
}

TEST(Settings, HaveTheFavoriteWords) {
  Settings settings;
  EXPECT_THAT(settings.favorite_words(), testing::ElementsAre("My"));
  settings.auto_favorite_prefixes = " My, Mein ,,";
  EXPECT_THAT(settings.favorite_words(), testing::ElementsAre("My", "Mein"));
  settings.auto_favorite_prefixes = "";
  EXPECT_THAT(settings.favorite_words(), testing::IsEmpty());
}

TEST(ListenAddress, IsAnAddressAndAPort) {
  for (const char* text : {"127.0.0.1:8080", "0.0.0.0:0", "[::1]:80", "[::]:65535"}) {
    EXPECT_TRUE(ListenAddress::parse(text)) << text;
  }
  for (const char* text : {"", "8080", "localhost", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                           "127.0.0.1:-1", "::1:80", "[::1]", "1.2.3:80", "127.0.0.1:80x"}) {
    EXPECT_FALSE(ListenAddress::parse(text)) << text;
  }
}

}  // namespace

}  // namespace kith::app
