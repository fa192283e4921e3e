#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "base/fields.hpp"
#include "base/limits.hpp"
#include "base/page_reads.hpp"
#include "base/result.hpp"
#include "http/reply.hpp"
#include "json/write.hpp"

/// The shared parts of lists that are answered in pages.
namespace kith::http {

/// The rules of the parameter `limit`.
inline constexpr FieldRules limit_rules{
    .doc =
        "Maximum number of items in a page. A page has fewer if "
        "they take more than 1 MiB.",
    .value_min = 1,
    .value_max = limits::page_size_max};

/// The rules of the parameter `cursor`.
inline constexpr FieldRules cursor_rules{.doc = "`next_cursor` of the previous page.",
                                         .chars_min = 1};

/// Returns `items`, which may have one more item than `limit`, as a page, bounded in bytes too; the
/// next page begins after the id of the last item.
template <class T>
Result<Page<T>> page_of(Result<std::vector<T>> items, int limit) {
  if (!items) return std::unexpected(std::move(items.error()));
  Page<T> page{*std::move(items), {}};
  PageReads budget(limit);
  const auto end = std::ranges::find_if_not(
      page.items, [&](const T& item) { return budget.take(json::to_json(item).size()); });
  page.items.erase(end, page.items.end());
  if (budget.has_more()) page.next_cursor = page.items.back().id.to_string();
  return page;
}

}  // namespace kith::http
