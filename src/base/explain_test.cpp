#include "base/explain.hpp"

#include <cerrno>
#include <filesystem>
#include <ios>
#include <new>
#include <stdexcept>
#include <system_error>

#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

namespace kith {

namespace {

TEST(Explain, NamesTheFailureWithoutTheSourceLocation) {
  namespace fs = std::filesystem;
  const auto denied = std::make_error_code(std::errc::permission_denied);
  EXPECT_EQ(explain(fs::filesystem_error("cannot open directory", "/a", denied)),
            "/a: Permission denied");
  EXPECT_EQ(explain(std::system_error(denied, "/a/b")), "/a/b: Permission denied");
  const boost::system::error_code in_use(EADDRINUSE, boost::system::system_category());
  EXPECT_EQ(explain(boost::system::system_error(in_use, "listen")),
            "listen: Address already in use");
  EXPECT_EQ(explain(std::bad_alloc()), "out of memory");
  EXPECT_EQ(explain(std::ios_base::failure("basic_ios::clear")),
            "a file cannot be read or written");
  EXPECT_EQ(explain(std::runtime_error("there is no folder /a")), "there is no folder /a");
  EXPECT_TRUE(explain(std::out_of_range("map::at")).starts_with("an internal error"));
}

TEST(Explain, RemovesInvalidBytes) {
  EXPECT_EQ(explain(std::runtime_error("name \x1B[2J\xFF")), "name ?[2J?");
  EXPECT_EQ(explain(std::runtime_error("Jürgen")), "Jürgen");
}

}  // namespace

}  // namespace kith
