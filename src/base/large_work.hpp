#pragma once

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/limits.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/workers.hpp"

namespace kith {

/// The threads of the process for large work.
Workers& large_workers();

/// Runs `work`, which handles `bytes` bytes, and returns its result: at once if they are few, else
/// on another thread, so that it does not hold the loop. REQUIRES: what `work` refers to outlives
/// the call and is not changed meanwhile. Errors: `unavailable` when too much large work waits.
template <class Work, class T = std::invoke_result_t<Work&>>
Task<Result<T>> run_large(std::size_t bytes, Work work) {
  if (bytes < limits::large_work_bytes) co_return work();
  auto done =
      co_await large_workers().run<std::optional<T>>([&work] { return std::optional<T>(work()); });
  if (!done) co_return std::unexpected(std::move(done.error()));
  co_return **std::move(done);
}

}  // namespace kith
