#pragma once

#include <algorithm>
#include <cstddef>

#include "base/limits.hpp"

namespace kith {

/// Plans the reads of one page of a list. A page has at most `limit` items and
/// `limits::page_bytes_max` bytes of items, but at least one item if there is any, so that its
/// memory does not depend on the contents of the items.
///
/// Rows are read in pieces, so that few reads are wasted: a page of small rows takes one read, or
/// two if it is long.
///
///     PageReads page(limit);
///     while (const int count = page.next_read()) {
///       // Read `count` rows after the last item so far and `take` each, until it returns false.
///       // Stop if there were fewer: the list has ended.
///     }
///     // If page.has_more(), the next page begins after the last item taken.
///
/// Lists without large items may read all rows at once and only `take` them.
class PageReads {
 public:
  /// REQUIRES: `limit` is at least 1.
  explicit PageReads(int limit) : limit_(static_cast<std::size_t>(limit)) {}

  /// Returns the number of rows for the next read, or 0 if the page is full. It is one more than
  /// may be taken, to detect whether there is a next page, but not many more than will fit if they
  /// are as large as those of the last read.
  int next_read() {
    if (has_more_) return 0;
    std::size_t rows = limits::page_read_rows;
    if (piece_.items > 0) {
      const std::size_t mean = piece_.bytes / piece_.items + 1;
      const std::size_t left =
          limits::page_bytes_max - std::min(page_.bytes, limits::page_bytes_max);
      rows = std::min(left / mean + 1, asked_ * limits::page_read_growth);
    }
    piece_ = {};
    asked_ = std::min(rows, limit_ + 1 - page_.items);
    return static_cast<int>(asked_);
  }

  /// Returns the number of rows that the last read requested.
  std::size_t asked() const { return asked_; }

  /// Takes the next item, of `bytes` bytes as JSON. Returns false if it does not fit, which ends
  /// the page.
  bool take(std::size_t bytes) {
    const bool fits = page_.items == 0 || page_.bytes + bytes <= limits::page_bytes_max;
    has_more_ = has_more_ || page_.items == limit_ || !fits;
    if (has_more_) return false;
    page_.add(bytes);
    piece_.add(bytes);
    return true;
  }

  /// Returns whether an item did not fit: it is the first of the next page.
  bool has_more() const { return has_more_; }

 private:
  /// The items taken.
  struct Taken {
    std::size_t items = 0;
    std::size_t bytes = 0;

    void add(std::size_t more) {
      ++items;
      bytes += more;
    }
  };

  std::size_t limit_;
  Taken page_;   // in total
  Taken piece_;  // since the last read
  std::size_t asked_ = 0;
  bool has_more_ = false;
};

}  // namespace kith
