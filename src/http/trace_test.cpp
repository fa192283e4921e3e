#include "http/trace.hpp"

#include <string>

#include <gtest/gtest.h>

namespace kith::http {
namespace {

constexpr std::string_view trace = "4bf92f3577b34da6a3ce929d0e0e4736";
const std::string good = "00-" + std::string(trace) + "-00f067aa0ba902b7-01";

std::string_view found_in(const std::string& header) {
  static Request request;
  request = Request();
  request.headers.push_back({"traceparent", header});
  return trace_id(request);
}

TEST(Trace, IsReadFromTheHeader) {
  EXPECT_EQ(found_in(good), trace);
  EXPECT_EQ(found_in("cc" + good.substr(2)), trace) << "a later version";
  EXPECT_EQ(found_in("cc" + good.substr(2) + "-more"), trace);
  EXPECT_EQ(trace_id(Request()), "");
}

TEST(Trace, InvalidHeadersHaveNoTrace) {
  for (const std::string& text :
       {std::string(), std::string("00-"), good.substr(1), good + "-more", good + "0",
        "ff" + good.substr(2), "0x" + good.substr(2), "cc" + good.substr(2) + "more",
        "00-" + std::string(32, '0') + "-00f067aa0ba902b7-01",
        "00-" + std::string(trace) + "-0000000000000000-01",
        std::string("00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"),
        "00_" + std::string(trace) + "_00f067aa0ba902b7_01", good.substr(0, 53) + "zz"}) {
    EXPECT_EQ(found_in(text), "") << text;
  }
}

}  // namespace
}  // namespace kith::http
