#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kith::image {

/// How a child ended, and its output.
struct ChildResult {
  std::optional<int> exit_status;  ///< empty: a signal ended it
  bool timed_out = false;          ///< it was killed at its deadline
  bool flooded = false;            ///< it was killed for exceeding the output limit
  std::string output;
};

/// The parameters of a child.
struct ChildOrder {
  const std::string& program;
  std::string_view argument;  ///< its only one
  std::string_view input;
  std::size_t output_bytes_max;
  std::chrono::milliseconds timeout;
};

/// Runs a program with `input` on standard input and nothing else: no environment, no other open
/// files; its standard error is discarded. Blocks until it ends, or kills it at the
/// deadline. Throws std::system_error if it cannot be started.
ChildResult run_child(const ChildOrder& order);

}  // namespace kith::image
