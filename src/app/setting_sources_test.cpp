#include "app/setting_sources.hpp"

#include <array>
#include <fstream>
#include <utility>

#include <gmock/gmock.h>

#include "base/limits.hpp"
#include "base/temporary_folder.hpp"

namespace kith::app {

namespace {

using testing::HasSubstr;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr const char* secret = "0123456789abcdef0123456789abcdef";

/// Reads one variable of the process environment.
Result<SourceTexts> from_environment(const std::string& line) {
  const std::array<const char*, 2> environment{line.c_str(), nullptr};
  return read_environment(environment.data());
}

Result<SettingTexts> read_file(const std::string& text) {
  auto source = read_env_file({".env", text});
  if (!source) return std::unexpected(source.error());
  return std::move(source->texts);
}

TEST(SettingsFile, IsReadLineByLine) {
  const auto texts = read_file(
      "# a comment\n\nKITH_LISTEN=127.0.0.1:1\nexport KITH_LOG_LEVEL=debug\r\n"
      "  KITH_DATA_DIR = \"/a b\" \nKITH_PUBLIC_URL='http://x#y'\nOTHER=1\n");
  ASSERT_TRUE(texts) << texts.error().detail;
  EXPECT_THAT(*texts,
              UnorderedElementsAre(Pair("listen", "127.0.0.1:1"), Pair("log_level", "debug"),
                                   Pair("data_dir", "/a b"), Pair("public_url", "http://x#y")));
}

TEST(SettingsFile, NamesTheFileAndTheInvalidLine) {
  for (const char* text : {"KITH_LISTEN=a\nnonsense\n", "\nKITH_LISTEN='a\n"}) {
    const auto source = read_env_file({"/etc/kith/kith.env", text});
    ASSERT_FALSE(source);
    EXPECT_THAT(source.error().detail, HasSubstr("/etc/kith/kith.env line 2"));
  }
  const auto source = read_env_file({"my.env", "A=b\nKITH_SECRET_KEY_FILE=/nowhere\n"});
  ASSERT_FALSE(source);
  EXPECT_EQ(source.error().code, Errc::not_found);
  EXPECT_THAT(source.error().detail,
              HasSubstr("my.env line 2: KITH_SECRET_KEY_FILE: cannot read the file: /nowhere"));
}

struct Unknown {
  const char* name;
  const char* suggestion;  ///< may be empty
};

class UnknownName : public testing::TestWithParam<Unknown> {};

TEST_P(UnknownName, CausesAWarningInFileAndEnvironment) {
  const std::string line = std::string(GetParam().name) + "=x";
  const auto file = read_env_file({"my.env", "\n" + line + "\nKITH_LISTEN=a\n"});
  const auto environment = from_environment(line);
  ASSERT_TRUE(file);
  ASSERT_TRUE(environment);
  EXPECT_THAT(file->texts, UnorderedElementsAre(Pair("listen", "a")));
  for (const auto& [source, where] :
       {std::pair(&*file, "in my.env line 2"), std::pair(&*environment, "in the environment")}) {
    ASSERT_EQ(source->warnings.size(), 1U);
    EXPECT_THAT(source->warnings.front(), HasSubstr(GetParam().name));
    EXPECT_THAT(source->warnings.front(), HasSubstr(where));
    const std::string suggestion = GetParam().suggestion;
    const std::string words = "did you mean " + suggestion + "?";
    EXPECT_EQ(source->warnings.front().contains(words), !suggestion.empty())
        << source->warnings.front();
  }
}

INSTANTIATE_TEST_SUITE_P(Spellings, UnknownName,
                         testing::Values(Unknown{"KITH_LISTN", "KITH_LISTEN"},
                                         Unknown{"kith_data_dir", "KITH_DATA_DIR"},
                                         Unknown{"set KITH_DATA_DIR", "KITH_DATA_DIR"},
                                         Unknown{"SET kith_data_dri", "KITH_DATA_DIR"},
                                         Unknown{"KITH_SECRETKEY_FILE", "KITH_SECRET_KEY_FILE"},
                                         Unknown{"KITH_DATA_DIR_FILE", ""},
                                         Unknown{"KITH_WHATEVER_ELSE", ""}, Unknown{"KITH_", ""}));

TEST(SettingsFile, LimitsTheWarningsOfUnknownNames) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "KITH_NO=1\n";
  EXPECT_EQ(read_env_file({".env", text}).value().warnings.size(), limits::setting_warnings_max);
  EXPECT_THAT(read_env_file({".env", "OTHER=1\nkith=2\n"}).value().warnings, testing::IsEmpty());
}

TEST(SettingsFile, UsesTheLastOfEqualNames) {
  const auto texts = read_file("KITH_THREADS=1\nKITH_THREADS=2 # two\n");
  EXPECT_THAT(texts.value(), UnorderedElementsAre(Pair("threads", "2")));
}

TEST(SettingsFile, AnEmptyValueIsNotSet) {
  const auto texts = read_file(
      "KITH_THREADS=\nKITH_DATA_DIR=''\nKITH_SECRET_KEY_FILE=\nKITH_LISTEN=a\nKITH_LISTEN=\n"
      "KITH_AUTO_FAVORITE_PREFIXES=\n");
  EXPECT_THAT(texts.value(), UnorderedElementsAre(Pair("auto_favorite_prefixes", "")));
}

TEST(Environment, RemovesTheQuotesThatDockerPassesOn) {
  for (const auto& [line, value] :
       {std::pair("KITH_DATA_DIR=\"/tmp/x\"", "/tmp/x"), std::pair("KITH_DATA_DIR='/a b'", "/a b"),
        std::pair("KITH_DATA_DIR=/x ", "/x"), std::pair("KITH_DATA_DIR=/x\r", "/x"),
        std::pair("KITH_DATA_DIR=\"/x # y\"", "/x # y"), std::pair("KITH_DATA_DIR=/x#1", "/x#1"),
        std::pair("KITH_DATA_DIR=#x", "#x"), std::pair("KITH_DATA_DIR=\"/x", "\"/x"),
        std::pair("KITH_DATA_DIR=/$x\\n", "/$x\\n")}) {
    EXPECT_THAT(from_environment(line).value().texts,
                UnorderedElementsAre(Pair("data_dir", value)));
  }
  EXPECT_THAT(from_environment("KITH_DATA_DIR=\"\"").value().texts, testing::IsEmpty());
}

TEST(Environment, RefusesACommentThatDockerPassesOn) {
  for (const char* value : {"/x # where it lies", "/x #c", "/x\t#c", "# c", "#"}) {
    const auto source = from_environment(std::string("KITH_DATA_DIR=") + value);
    ASSERT_FALSE(source) << value;
    EXPECT_THAT(source.error().detail, HasSubstr("KITH_DATA_DIR"));
    EXPECT_THAT(source.error().detail, HasSubstr("comment"));
  }
}

TEST(Environment, TakesPasswordsAndKeysLiterally) {
  for (const char* setting : {"database_password", "secret_key", "secret_key_previous"}) {
    for (const char* value :
         {"p # ss", "p #ss", "# p", "\"pss\"", "'pss'", " pss ", "\t", "p\r", "$p\\n"}) {
      const auto source = from_environment(environment_name(setting) + "=" + value);
      ASSERT_TRUE(source) << value;
      EXPECT_THAT(source->texts, UnorderedElementsAre(Pair(setting, value)));
    }
    EXPECT_THAT(from_environment(environment_name(setting) + "=").value().texts,
                testing::IsEmpty());
  }
  EXPECT_THAT(from_environment("KITH_REDIS_URL=\"redis://h\"").value().texts,
              UnorderedElementsAre(Pair("redis_url", "redis://h")));
}

TEST(SecretFile, MayBeAWindowsFile) {
  const TemporaryFolder folder;
  const std::string line = "KITH_SECRET_KEY_FILE=" + folder.file("key");
  for (const std::string_view ending : {"", "\n", "\r\n", "\n\n"}) {
    std::ofstream(folder.file("key"), std::ios::binary) << "\xEF\xBB\xBF" << secret << ending;
    EXPECT_THAT(from_environment(line).value().texts,
                UnorderedElementsAre(Pair("secret_key", secret)));
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

TEST(SecretFile, ExcludesTheSecretItself) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("key")) << secret;
  const std::string file = "KITH_SECRET_KEY_FILE=" + folder.file("key") + "\n";
  const std::string direct = std::string("KITH_SECRET_KEY=") + secret + "\n";
  for (const std::string& text : {file + direct, direct + file}) {
    const auto texts = read_file(text);
    ASSERT_FALSE(texts);
    EXPECT_THAT(texts.error().detail, HasSubstr("are both set"));
  }
  EXPECT_TRUE(read_file(file + "KITH_SECRET_KEY=\n"));
  EXPECT_TRUE(read_file("KITH_SECRET_KEY=\n" + file));
}

}  // namespace

}  // namespace kith::app
