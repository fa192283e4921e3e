#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace kith::image {

/// How a child ended and what it wrote until then.
struct ChildResult {
  std::optional<int> exit_status;  ///< none: a signal ended it
  bool timed_out = false;          ///< it was killed at its deadline
  bool flooded = false;            ///< it was killed for writing more than it may
  std::string output;
};

/// What a child is given.
struct ChildOrder {
  const std::string& program;
  std::string_view input;
  std::size_t output_bytes_max;
  std::chrono::milliseconds timeout;
};

/// Runs a program that gets `input` on standard input and nothing else: no arguments, no
/// environment, no other open file, its messages thrown away. Blocks until it has ended, at its
/// deadline by SIGKILL. Throws std::system_error when it cannot be started.
ChildResult run_child(const ChildOrder& order);

}  // namespace kith::image
