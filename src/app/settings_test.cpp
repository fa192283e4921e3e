#include "app/settings.hpp"

#include <array>

#include <gmock/gmock.h>

namespace kith::app {

namespace {

using testing::HasSubstr;
using testing::Not;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr const char* secret = "0123456789abcdef0123456789abcdef";

TEST(Names, AreMadeFromTheField) {
  EXPECT_EQ(environment_name("data_dir"), "KITH_DATA_DIR");
  EXPECT_EQ(flag_name("data_dir"), "--data-dir");
}

TEST(EnvFile, IsReadLineByLine) {
  const auto texts = read_env_file(
      "# a comment\n\nKITH_LISTEN=127.0.0.1:1\nexport KITH_LOG_LEVEL=debug\r\n"
      "  KITH_DATA_DIR = \"/a b\" \nKITH_PUBLIC_URL='http://x#y'\nOTHER=1\n");
  ASSERT_TRUE(texts) << texts.error().detail;
  EXPECT_THAT(*texts,
              UnorderedElementsAre(Pair("listen", "127.0.0.1:1"), Pair("log_level", "debug"),
                                   Pair("data_dir", "/a b"), Pair("public_url", "http://x#y")));
}

TEST(EnvFile, NamesTheLineThatIsWrong) {
  const auto texts = read_env_file("KITH_LISTEN=a\nnonsense\n");
  ASSERT_FALSE(texts);
  EXPECT_THAT(texts.error().detail, HasSubstr("2"));
}

TEST(Environment, TellsUnknownNames) {
  const std::array<const char*, 5> environment{"KITH_LISTEN=[::1]:80", "KITH_LISTN=x", "PATH=/bin",
                                               "KITH", nullptr};
  std::vector<std::string> unknown;
  const auto texts = read_environment(environment.data(), unknown);
  ASSERT_TRUE(texts);
  EXPECT_THAT(*texts, UnorderedElementsAre(Pair("listen", "[::1]:80")));
  EXPECT_THAT(unknown, testing::ElementsAre("KITH_LISTN"));
}

TEST(Settings, FirstSourceWins) {
  const auto settings =
      make_settings({{{"threads", "3"}}, {{"threads", "5"}, {"metrics", "open"}}});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->threads, 3);
  EXPECT_THAT(show(*settings), HasSubstr("KITH_METRICS=\"open\""));
}

TEST(Settings, AreAllToldAtOnce) {
  const auto settings = make_settings({{{"threads", "x"}, {"listen", "x"}, {"log_level", "x"}}});
  ASSERT_FALSE(settings);
  for (const char* name : {"KITH_THREADS", "KITH_LISTEN", "KITH_LOG_LEVEL"}) {
    EXPECT_THAT(settings.error().detail, HasSubstr(name));
  }
}

TEST(Settings, SecretsAreMasked) {
  const auto settings = make_settings({{{"secret_key", secret}}});
  ASSERT_TRUE(settings);
  EXPECT_THAT(show(*settings), Not(HasSubstr(secret)));
  EXPECT_THAT(show(*settings), HasSubstr("KITH_SECRET_KEY="));
}

TEST(Settings, GiveTheFavoriteWords) {
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
