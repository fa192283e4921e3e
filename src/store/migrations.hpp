#pragma once

#include <functional>
#include <span>
#include <string_view>

namespace kith::store {

/// A migration of the schema, embedded in the program from `migrations/NNNN_name.sql`.
struct Migration {
  int number;  ///< 1, 2, 3, ... without gaps
  std::string_view name;
  std::string_view sqlite;
  std::string_view postgres;    ///< the same text unless a .postgres.sql file exists
  std::string_view sha256_hex;  ///< of both texts
};

/// A callback that runs before each migration.
using StepListener = std::function<void(const Migration& step)>;

/// Returns all migrations in order.
std::span<const Migration> migrations();

}  // namespace kith::store
