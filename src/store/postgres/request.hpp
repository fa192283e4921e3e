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

/// A statement of a request.
struct Step {
  const Described* statement;
  const Values* values;  ///< lives in the waiting coroutine; fits the statement
};

/// Why a request has no rows.
struct Failure {
  enum class Kind : std::uint8_t {
    refused,      ///< the server refused and rolled back: `state` says why
    undone,       ///< the connection failed before it took effect: may be retried
    unreachable,  ///< no connection
    queue_full,
    late,     ///< its deadline passed in the queue
    lost,     ///< the connection was lost: the outcome is unknown
    garbled,  ///< the answer cannot be read
  };
  Kind kind;
  std::string state;        ///< SQLSTATE
  std::string text;         ///< for the log
  std::string column = {};  ///< `table.column` of a violated constraint, if the server names it
};

/// The rows of each step, or the reason for their absence.
using Outcome = std::expected<std::vector<Rows>, Failure>;

/// Statements that form one transaction, and its completion.
struct Request {
  std::span<const Step> steps;  ///< live in the waiting coroutine
  std::chrono::steady_clock::time_point deadline;
  Completion<Outcome> done;
};

}  // namespace kith::store::postgres
