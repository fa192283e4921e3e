#include "app/settings.hpp"

#include <array>
#include <fstream>

#include <gmock/gmock.h>

#include "base/temporary_folder.hpp"

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

TEST(SettingsFile, IsReadLineByLine) {
  const auto texts = read_env_file(
      "# a comment\n\nKITH_LISTEN=127.0.0.1:1\nexport KITH_LOG_LEVEL=debug\r\n"
      "  KITH_DATA_DIR = \"/a b\" \nKITH_PUBLIC_URL='http://x#y'\nOTHER=1\n");
  ASSERT_TRUE(texts) << texts.error().detail;
  EXPECT_THAT(*texts,
              UnorderedElementsAre(Pair("listen", "127.0.0.1:1"), Pair("log_level", "debug"),
                                   Pair("data_dir", "/a b"), Pair("public_url", "http://x#y")));
}

TEST(SettingsFile, NamesTheLineThatIsWrong) {
  for (const char* text : {"KITH_LISTEN=a\nnonsense\n", "\nKITH_LISTN=a\n", "A=b\nKITH_X_FILE=c"}) {
    const auto texts = read_env_file(text);
    ASSERT_FALSE(texts);
    EXPECT_THAT(texts.error().detail, HasSubstr(".env line 2"));
  }
}

TEST(SettingsFile, TakesTheLastOfTheSameName) {
  const auto texts = read_env_file("KITH_THREADS=1\nKITH_THREADS=2 # two\n");
  EXPECT_THAT(texts.value(), UnorderedElementsAre(Pair("threads", "2")));
}

TEST(SettingsFile, AnEmptyValueIsNotSet) {
  const auto texts = read_env_file(
      "KITH_THREADS=\nKITH_DATA_DIR=''\nKITH_SECRET_KEY_FILE=\nKITH_LISTEN=a\nKITH_LISTEN=\n"
      "KITH_AUTO_FAVORITE_PREFIXES=\n");
  EXPECT_THAT(texts.value(), UnorderedElementsAre(Pair("auto_favorite_prefixes", "")));
}

/// Reads one variable of the process environment.
Result<SettingTexts> from_environment(const std::string& line) {
  const std::array<const char*, 2> environment{line.c_str(), nullptr};
  std::vector<std::string> unknown;
  return read_environment(environment.data(), unknown);
}

TEST(Environment, LosesTheQuotesThatDockerPassesOn) {
  for (const auto& [line, value] :
       {std::pair("KITH_DATA_DIR=\"/tmp/x\"", "/tmp/x"), std::pair("KITH_DATA_DIR='/a b'", "/a b"),
        std::pair("KITH_DATA_DIR=/x ", "/x"), std::pair("KITH_DATA_DIR=/x\r", "/x"),
        std::pair("KITH_DATA_DIR=\"/x # y\"", "/x # y"), std::pair("KITH_DATA_DIR=/x #1", "/x #1"),
        std::pair("KITH_DATA_DIR=\"/x", "\"/x"), std::pair("KITH_DATA_DIR=/$x\\n", "/$x\\n")}) {
    EXPECT_THAT(from_environment(line).value(), UnorderedElementsAre(Pair("data_dir", value)));
  }
  EXPECT_THAT(from_environment("KITH_DATA_DIR=\"\"").value(), testing::IsEmpty());
}

TEST(Environment, RefusesACommentThatDockerPassesOn) {
  const auto texts = from_environment("KITH_DATA_DIR=/x # where it lies");
  ASSERT_FALSE(texts);
  EXPECT_THAT(texts.error().detail, HasSubstr("KITH_DATA_DIR"));
}

TEST(SecretFile, MayBeAWindowsFile) {
  const TemporaryFolder folder;
  const std::string line = "KITH_SECRET_KEY_FILE=" + folder.file("key");
  for (const std::string_view ending : {"", "\n", "\r\n", " \n\n"}) {
    std::ofstream(folder.file("key"), std::ios::binary) << "\xEF\xBB\xBF" << secret << ending;
    EXPECT_THAT(from_environment(line).value(), UnorderedElementsAre(Pair("secret_key", secret)));
  }
}

TEST(SecretFile, ThatIsEmptyOrMissingIsAnError) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("empty")) << "\r\n";
  for (const std::string& path : {folder.file("empty"), folder.file("none"), folder.file(".")}) {
    const auto texts = from_environment("KITH_DATABASE_URL_FILE=" + path);
    ASSERT_FALSE(texts) << path;
    EXPECT_THAT(texts.error().detail, HasSubstr("KITH_DATABASE_URL_FILE"));
  }
}

TEST(SecretFile, IsNotGivenBesideTheSecret) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("key")) << secret;
  const std::string file = "KITH_SECRET_KEY_FILE=" + folder.file("key") + "\n";
  const std::string direct = std::string("KITH_SECRET_KEY=") + secret + "\n";
  for (const std::string& text : {file + direct, direct + file}) {
    const auto texts = read_env_file(text);
    ASSERT_FALSE(texts);
    EXPECT_THAT(texts.error().detail, HasSubstr("are both set"));
  }
  EXPECT_TRUE(read_env_file(file + "KITH_SECRET_KEY=\n"));
  EXPECT_TRUE(read_env_file("KITH_SECRET_KEY=\n" + file));
}

TEST(Settings, TheDatabasePasswordMayHoldAnything) {
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

TEST(Settings, AUrlThatIsWrongTellsOfPercentEncoding) {
  for (const char* url : {"postgres://kith:p@ss@db/kith", "postgres://kith:p/ss@db/kith",
                          "postgres://kith:p%ss@db/kith"}) {
    const auto settings = make_settings({{{"database_url", url}}});
    ASSERT_FALSE(settings) << url;
    EXPECT_THAT(settings.error().detail, HasSubstr("percent-encoded"));
    EXPECT_THAT(settings.error().detail, HasSubstr("KITH_DATABASE_PASSWORD"));
    EXPECT_THAT(settings.error().detail, Not(HasSubstr("ss@db")));
  }
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
