#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kith::store {

/// A named SQL statement: a constant right above the function that runs it, written in the subset
/// that SQLite and PostgreSQL both accept, with parameters `$1`, `$2`, ... The constructor adds it
/// to a registry, so that a driver can prepare every statement when it opens (which finds errors at
/// startup) and look it up by a dense number.
class Query {
 public:
  /// `name` appears in logs and metrics, as `feature.operation`. `postgres` replaces `text` on
  /// PostgreSQL, for the few statements that need two texts.
  Query(std::string_view name, std::string text, std::string postgres = {});
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  std::string_view name() const { return name_; }
  const std::string& text() const { return text_; }
  const std::string& postgres_text() const { return postgres_.empty() ? text_ : postgres_; }

  /// Returns 0, 1, 2, ... in order of construction: an index for the drivers' statement caches.
  std::size_t number() const { return number_; }

  /// Returns all queries of the program. REQUIRES: static initialization is over.
  static const std::vector<const Query*>& all();

 private:
  std::string_view name_;
  std::string text_;
  std::string postgres_;
  std::size_t number_;
};

}  // namespace kith::store
