#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace kith::store {

/// A named SQL statement: a constant right above the function that runs it, written in the subset
/// that SQLite and PostgreSQL both accept, parameters as `$1`, `$2`, ... Constructing one enters
/// it in a registry, so that a driver can prepare every statement when it opens (a typo is found
/// at boot) and find it again by a dense number.
class Query {
 public:
  /// `name` appears in logs and metrics, as `feature.operation`. `postgres` replaces `text` there,
  /// for the few statements that truly need two.
  Query(std::string_view name, std::string text, std::string postgres = {});
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  std::string_view name() const { return name_; }
  const std::string& text() const { return text_; }
  const std::string& postgres_text() const { return postgres_.empty() ? text_ : postgres_; }

  /// 0, 1, 2, ... in order of construction: an index for the drivers' statement caches.
  std::size_t number() const { return number_; }

  /// All queries of the program. REQUIRES: static initialization is over.
  static const std::vector<const Query*>& all();

 private:
  std::string_view name_;
  std::string text_;
  std::string postgres_;
  std::size_t number_;
};

}  // namespace kith::store
