#pragma once

#include <functional>
#include <span>
#include <string_view>

namespace kith::store {

/// One step of the schema, embedded in the program from `migrations/NNNN_name.sql`.
struct Migration {
  int number;  ///< 1, 2, 3, ... without gaps
  std::string_view name;
  std::string_view sqlite;
  std::string_view postgres;    ///< the same text unless a .postgres.sql stands beside it
  std::string_view sha256_hex;  ///< of both texts
};

/// Is told of each step before it is taken.
using StepListener = std::function<void(const Migration& step)>;

/// All steps in order.
std::span<const Migration> migrations();

}  // namespace kith::store
