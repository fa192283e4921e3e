#pragma once

#include <chrono>
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "store/completion.hpp"
#include "store/postgres/codec.hpp"
#include "store/value.hpp"

namespace kith::store::postgres {

/// One statement of a request.
struct Step {
  const Described* statement;
  const Values* values;  ///< live in the waiting coroutine, and fit
};

/// Why a request has no rows.
struct Failure {
  enum class Kind : std::uint8_t {
    refused,      ///< the server said no, and has taken back all of it: `state` says why
    undone,       ///< it has taken no effect, because of the connection: another may do it
    unreachable,  ///< there is no connection
    queue_full,
    late,     ///< its deadline passed in the queue
    lost,     ///< the connection was lost: nobody knows whether it took effect
    garbled,  ///< what came back cannot be read
  };
  Kind kind;
  std::string state;  ///< SQLSTATE
  std::string text;   ///< for the log
};

/// The rows of each step, or why there are none.
using Outcome = std::expected<std::vector<Rows>, Failure>;

/// Statements that are one transaction, and who waits for them.
struct Request {
  std::span<const Step> steps;  ///< live in the waiting coroutine
  std::chrono::steady_clock::time_point deadline;
  Completion<Outcome> done;
};

}  // namespace kith::store::postgres
