#include "base/nearest.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace kith {

namespace {

const std::vector<std::string> commands{"serve", "restore", "config", "user"};

TEST(Nearest, SuggestsACandidateThatIsClose) {
  EXPECT_EQ(nearest("serv", commands), "serve");
  EXPECT_EQ(nearest("srevE", commands), std::nullopt);
  EXPECT_EQ(nearest("sevre", commands), "serve");
  EXPECT_EQ(nearest("confg", commands), "config");
  EXPECT_EQ(nearest("restroe", commands), "restore");
  EXPECT_EQ(nearest("user", commands), "user");
}

TEST(Nearest, SuggestsNothingForOtherWords) {
  for (const std::string& word : {std::string("fly"), std::string(), std::string(100'000, 's')}) {
    EXPECT_EQ(nearest(word, commands), std::nullopt);
  }
}

}  // namespace

}  // namespace kith
