#include "base/page_reads.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace kith {
namespace {

/// The results of reading one page of a list.
struct Page {
  std::size_t taken = 0;
  std::size_t rows = 0;  // rows read
  int reads = 0;
  bool has_more = false;

  bool operator==(const Page&) const = default;
};

/// Reads a page of a list whose items have these sizes.
Page read_page(const std::vector<std::size_t>& sizes, int limit) {
  Page out;
  PageReads page(limit);
  while (const int count = page.next_read()) {
    ++out.reads;
    std::size_t brought = 0;
    for (std::size_t i = out.taken; i < sizes.size() && brought < std::size_t(count); ++i) {
      ++brought;
      if (page.take(sizes[i])) ++out.taken;
    }
    out.rows += brought;
    if (brought < std::size_t(count)) break;
  }
  out.has_more = page.has_more();
  return out;
}

constexpr std::size_t small = 300;
constexpr std::size_t large = 40'000;  // 26 of them fit
constexpr std::size_t large_that_fit = limits::page_bytes_max / large;

TEST(PageReads, NeedAtMostTwoReadsForSmallRows) {
  const std::vector<std::size_t> rows(1000, small);
  EXPECT_EQ(read_page(rows, 1), (Page{1, 2, 1, true}));
  EXPECT_EQ(read_page(rows, 50), (Page{50, 51, 1, true}));
  EXPECT_EQ(read_page(rows, 100), (Page{100, 101, 1, true}));
  EXPECT_EQ(read_page(rows, 500), (Page{500, 501, 2, true}));
}

TEST(PageReads, EndWithTheList) {
  EXPECT_EQ(read_page({}, 50), (Page{0, 0, 1, false}));
  EXPECT_EQ(read_page(std::vector<std::size_t>(50, small), 50), (Page{50, 50, 1, false}));
  EXPECT_EQ(read_page(std::vector<std::size_t>(51, small), 50), (Page{50, 51, 1, true}));
  EXPECT_EQ(read_page(std::vector<std::size_t>(101, small), 500), (Page{101, 101, 2, false}));
  EXPECT_EQ(read_page(std::vector<std::size_t>(500, small), 500), (Page{500, 500, 2, false}));
}

TEST(PageReads, StopAtTheBytesOfAPage) {
  const std::vector<std::size_t> rows(1000, large);
  EXPECT_EQ(read_page(rows, 500), (Page{large_that_fit, limits::page_read_rows, 1, true}));
  EXPECT_EQ(read_page(rows, 20), (Page{20, 21, 1, true}));
}

TEST(PageReads, TakeAtLeastOneItem) {
  EXPECT_EQ(read_page({2 * limits::page_bytes_max, small}, 50), (Page{1, 2, 1, true}));
  EXPECT_EQ(read_page({2 * limits::page_bytes_max}, 50), (Page{1, 1, 1, false}));
  EXPECT_EQ(read_page({limits::page_bytes_max, small}, 50), (Page{1, 2, 1, true}));
  EXPECT_EQ(read_page({limits::page_bytes_max - small, small, small}, 50), (Page{2, 3, 1, true}));
}

TEST(PageReads, ReadFewUnusedRowsOfAnyMixture) {
  std::vector<std::size_t> rows(101, small);
  rows.resize(1000, large);  // small ones first
  const Page mixed = read_page(rows, 500);
  EXPECT_EQ(mixed.taken, 101 + (limits::page_bytes_max - 101 * small) / large);
  EXPECT_LE(mixed.rows, 101U * (1 + limits::page_read_growth));
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = i < 20 ? large : small;
  EXPECT_EQ(read_page(rows, 500).taken, 500U);
  EXPECT_LE(read_page(rows, 500).reads, 4);
}

}  // namespace
}  // namespace kith
