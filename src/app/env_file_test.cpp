#include "app/env_file.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "base/temporary_folder.hpp"

namespace kith::app {

namespace {

using testing::HasSubstr;

struct Row {
  const char* line;
  const char* value;
};

class EnvValue : public testing::TestWithParam<Row> {};

TEST_P(EnvValue, MatchesComposeAndShells) {
  const auto lines = parse_env_file(GetParam().line);
  ASSERT_TRUE(lines) << lines.error().detail;
  ASSERT_EQ(lines->size(), 1U) << GetParam().line;
  EXPECT_EQ(lines->front().name, "A");
  EXPECT_EQ(lines->front().value, GetParam().value) << GetParam().line;
}

INSTANTIATE_TEST_SUITE_P(
    Dialects, EnvValue,
    testing::Values(Row{"A=b", "b"}, Row{"A=b\r\n", "b"},
                    Row{"\xEF\xBB\xBF"
                        "A=b",
                        "b"},
                    Row{"A=", ""}, Row{"A=\"\"", ""}, Row{"A=''", ""}, Row{"  A = b c  ", "b c"},
                    Row{"export A=b", "b"}, Row{"export\tA=b", "b"}, Row{"A=b=c", "b=c"},
                    // Comments follow a blank.
                    Row{"A=b # c", "b"}, Row{"A=b\t#c", "b"}, Row{"A=b#c", "b#c"},
                    Row{"A=#b", "#b"}, Row{"A= # b", ""}, Row{"A=b#c #d", "b#c"}, Row{"A=# b", ""},
                    Row{"A=#", ""}, Row{"A= #b", ""}, Row{"A=#\tb\r\n", ""},
                    Row{"A=b ; c", "b ; c"}, Row{"; c\nA=b", "b"}, Row{" \t;c=d\nA=b", "b"},
                    Row{"A=\"b # c\"", "b # c"}, Row{"A=\"b\" # c", "b"}, Row{"A='b' #c", "b"},
                    Row{"A='b # c'  ", "b # c"}, Row{"A=\"b\"\t\r\n", "b"},
                    // Escapes are those of double quotes.
                    Row{R"(A="b\"c")", "b\"c"}, Row{R"(A="b\\")", "b\\"}, Row{R"(A="b\$c")", "b$c"},
                    Row{R"(A="b\nc\r\t")", "b\nc\r\t"}, Row{R"(A="b\c")", "b\\c"},
                    Row{R"(A='b\"c')", "b\\\"c"}, Row{R"(A='b\')", "b\\"},
                    Row{R"(A=b\nc)", "b\\nc"}, Row{"A=\"it's\"", "it's"},
                    Row{"A='say \"b\"'", "say \"b\""}, Row{"A=it's", "it's"},
                    // Variables are not expanded.
                    Row{"A=$HOME", "$HOME"}, Row{"A=\"${B:-c}\"", "${B:-c}"}, Row{"A=`b`", "`b`"},
                    Row{"A='b\nc'", "b\nc"}, Row{"A=p@ss/w%rd#1", "p@ss/w%rd#1"}));

TEST(EnvFile, CountsItsLines) {
  const auto lines = parse_env_file("# a\r\n\r\nA='b\nc'\n\n  # d\nB=e\n");
  ASSERT_TRUE(lines);
  ASSERT_EQ(lines->size(), 2U);
  EXPECT_EQ((*lines)[0].number, 3);
  EXPECT_EQ((*lines)[1].number, 7);
}

TEST(EnvFile, NamesTheInvalidLine) {
  for (const auto& [text, what] :
       {std::pair("A=b\nnonsense\n", "line 2: NAME=value"),
        std::pair("A=b\nB=\"c\n\nC=d", "line 2: the closing quotation mark is missing"),
        std::pair("A='b", "line 1: the closing"), std::pair("A=\"b\\\"", "line 1: the closing"),
        std::pair("\nA=\"b\" c", "line 2: text follows"), std::pair("A=\"b\"#c", "text follows"),
        std::pair("A=\"Kith\" <a@b.org>", "text follows"), std::pair("export A", "line 1")}) {
    const auto lines = parse_env_file(text);
    ASSERT_FALSE(lines) << text;
    EXPECT_THAT(lines.error().detail, HasSubstr(what)) << text;
  }
}

TEST(Unquoted, RequiresQuotesAroundTheWholeValue) {
  EXPECT_EQ(unquoted("\"a b\""), "a b");
  EXPECT_EQ(unquoted("'a'"), "a");
  EXPECT_EQ(unquoted("\"\""), "");
  EXPECT_EQ(unquoted(R"("a\"b")"), "a\"b");
  for (const char* text : {"", "\"", "a", "\"a", "a\"", "\"a'", "\"a\" b", "\"a\"\"b\"",
                           "\"Kith\" <a@b.org>", R"("a\")"}) {
    EXPECT_EQ(unquoted(text), std::nullopt) << text;
  }
}

TEST(TextFile, IsReadAsAWhole) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("a"), std::ios::binary) << "\xEF\xBB\xBFone\r\n";
  EXPECT_EQ(read_text_file(folder.file("a")).value(), "one\r\n");
  std::ofstream(folder.file("empty"));
  EXPECT_EQ(read_text_file(folder.file("empty")).value(), "");
}

TEST(TextFile, ReportsWhyItCannotBeRead) {
  const TemporaryFolder folder;
  std::ofstream(folder.file("wide"), std::ios::binary) << std::string_view("A\0=\0", 4);
  std::ofstream(folder.file("large"), std::ios::binary) << std::string((1 << 20) + 1, 'a');
  for (const auto& [path, why] :
       {std::pair(folder.file("none"), "No such file"), std::pair(folder.file("."), "directory"),
        std::pair(folder.file("wide"), "not UTF-8"), std::pair(folder.file("large"), "1024 KiB")}) {
    const auto text = read_text_file(path);
    ASSERT_FALSE(text) << path;
    EXPECT_THAT(text.error().detail, HasSubstr(why));
  }
}

}  // namespace

}  // namespace kith::app
