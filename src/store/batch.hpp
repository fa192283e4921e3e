#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

#include "store/query.hpp"
#include "store/value.hpp"
#include "store/values.hpp"

namespace kith::store {

/// A statement of a batch with its parameters.
struct Statement {
  const Query& query;
  Values values;
};

/// Statements that take effect together or not at all, in the order of their addition. The batch
/// owns its parameters: it copies texts and bytes that are not passed as temporaries.
class Batch {
 public:
  /// Identifies a statement of the batch: its rows are `written[handle]`.
  enum class Handle : std::size_t {};

  /// Reserves space for `count` statements.
  void reserve(std::size_t count) { statements_.reserve(count); }

  /// Adds a statement with the parameters `$1`, `$2`, ...: `batch.add(insert_name, id, name)`.
  template <class... Ts>
  Handle add(const Query& query, Ts&&... parameters) {
    return add_values(query, values(std::forward<Ts>(parameters)...));
  }

  /// Adds a statement with collected parameters.
  Handle add_values(const Query& query, Values parameters) {
    for (Value& parameter : parameters) own(parameter);
    statements_.push_back({query, std::move(parameters)});
    return Handle{statements_.size() - 1};
  }

  bool empty() const { return statements_.empty(); }
  std::span<const Statement> statements() const { return statements_; }

 private:
  std::vector<Statement> statements_;
};

/// The rows returned by the statements of a batch.
class WrittenRows {
 public:
  WrittenRows() = default;
  explicit WrittenRows(std::vector<Rows> rows) : rows_(std::move(rows)) {}

  /// Returns the rows of one statement. REQUIRES: `handle` belongs to the written batch.
  const Rows& operator[](Batch::Handle handle) const {
    return rows_[static_cast<std::size_t>(handle)];
  }
  Rows& operator[](Batch::Handle handle) { return rows_[static_cast<std::size_t>(handle)]; }

 private:
  std::vector<Rows> rows_;
};

}  // namespace kith::store
