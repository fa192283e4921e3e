#pragma once

#include <algorithm>
#include <cstddef>

#include "base/limits.hpp"

namespace kith {

/// Plans the reads of one page of a list, which has at most `limit` items and
/// `limits::page_bytes_max` bytes of them, but at least one item if there is any: what a page costs
/// in memory must not depend on what the items hold.
///
/// Rows are read in pieces, so that few are read in vain: a page of small rows takes one read, or
/// two when it is a long one.
///
///     PageReads page(limit);
///     while (const int count = page.next_read()) {
///       // Read `count` rows behind the last item so far and `take` each, until it returns false.
///       // Stop when there were fewer: the list has ended.
///     }
///     // If page.has_more(), the next page begins behind the last item that was taken.
///
/// Lists without large items may read all rows at once and only `take` them.
class PageReads {
 public:
  /// REQUIRES: `limit` is at least 1.
  explicit PageReads(int limit) : limit_(static_cast<std::size_t>(limit)) {}

  /// How many rows the next read should ask for: one more than may be taken, to tell whether there
  /// is a next page, but not many more than will fit if they are like those of the last read. 0:
  /// the page is full.
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

  /// How many rows the last read asked for.
  std::size_t asked() const { return asked_; }

  /// Whether the next item, which takes `bytes` as JSON, belongs to this page. False ends the page.
  bool take(std::size_t bytes) {
    const bool fits = page_.items == 0 || page_.bytes + bytes <= limits::page_bytes_max;
    has_more_ = has_more_ || page_.items == limit_ || !fits;
    if (has_more_) return false;
    page_.add(bytes);
    piece_.add(bytes);
    return true;
  }

  /// Whether there is an item that did not fit: the first of the next page.
  bool has_more() const { return has_more_; }

 private:
  /// What was taken.
  struct Taken {
    std::size_t items = 0;
    std::size_t bytes = 0;

    void add(std::size_t more) {
      ++items;
      bytes += more;
    }
  };

  std::size_t limit_;
  Taken page_;   // in all
  Taken piece_;  // since the last read
  std::size_t asked_ = 0;
  bool has_more_ = false;
};

}  // namespace kith
