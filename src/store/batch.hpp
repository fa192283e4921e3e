#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "store/query.hpp"
#include "store/value.hpp"
#include "store/values.hpp"

namespace kith::store {

/// One statement of a batch with its parameters.
struct Statement {
  const Query& query;
  Values values;
};

/// Statements that take effect together or not at all, in the order in which they were added. It
/// owns numbers, ids, and the texts that it is given as temporaries; a text or bytes that it is
/// given by name, or as a view, must outlive the write: `keep` gives an object that does.
class Batch {
 public:
  /// Which statement of the batch: its rows are `written[handle]`.
  enum class Handle : std::size_t {};

  /// Makes room for `count` statements.
  void reserve(std::size_t count) { statements_.reserve(count); }

  /// Adds a statement with the parameters `$1`, `$2`, ...: `batch.add(insert_name, id, name)`.
  template <class... Ts>
  Handle add(const Query& query, Ts&&... parameters) {
    return add_values(query, values(std::forward<Ts>(parameters)...));
  }

  /// The same with parameters that were collected before.
  Handle add_values(const Query& query, Values parameters) {
    statements_.push_back({query, std::move(parameters)});
    return Handle{statements_.size() - 1};
  }

  /// Keeps `object` as long as the batch, for parameters that point into it.
  template <class T>
  const T& keep(T object) {
    auto kept = std::make_shared<const T>(std::move(object));
    kept_.push_back(kept);
    return *kept;
  }

  bool empty() const { return statements_.empty(); }
  std::span<const Statement> statements() const { return statements_; }

 private:
  std::vector<Statement> statements_;
  std::vector<std::shared_ptr<const void>> kept_;
};

/// What the statements of a batch returned.
class WrittenRows {
 public:
  WrittenRows() = default;
  explicit WrittenRows(std::vector<Rows> rows) : rows_(std::move(rows)) {}

  /// The rows of one statement. REQUIRES: `handle` is of the batch that was written.
  const Rows& operator[](Batch::Handle handle) const {
    return rows_[static_cast<std::size_t>(handle)];
  }
  Rows& operator[](Batch::Handle handle) { return rows_[static_cast<std::size_t>(handle)]; }

 private:
  std::vector<Rows> rows_;
};

}  // namespace kith::store
