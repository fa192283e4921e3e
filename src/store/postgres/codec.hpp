#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

#include "store/query.hpp"
#include "store/value.hpp"

namespace kith::store::postgres {

/// A prepared statement as the server describes it.
struct Described {
  std::string name;             ///< the name it is prepared under
  std::string_view query;       ///< Query::name()
  std::vector<Oid> parameters;  ///< parameter types
  ColumnNames columns;
  std::vector<Oid> types;  ///< column types
};

/// Returns why `values` cannot be the parameters of a statement (wrong count or type), or nothing
/// if they fit.
std::optional<std::string> mismatch(const Described& statement, const Values& values);

/// The parameters of a statement in the server's binary format, as libpq takes them. Points into
/// the values. REQUIRES: the values fit the statement.
class Parameters {
 public:
  Parameters(const Described& statement, const Values& values);

  int count() const { return static_cast<int>(pointers_.size()); }
  const char* const* pointers() const { return pointers_.data(); }
  const int* sizes() const { return sizes_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  void add(Oid type, const Value& value, char* scratch);

  std::vector<std::array<char, sizeof(std::int64_t)>> integers_;  // network byte order
  std::vector<const char*> pointers_;
  std::vector<int> sizes_;
  std::vector<int> formats_;
};

/// Returns whether columns of that type can be read.
bool is_known(Oid type);

/// Copies the rows of a result in the binary format; `result` may be freed afterwards. The
/// statements bound its size: each has a LIMIT or returns one row. Throws DatabaseError for an
/// unknown type and for a value that does not match its type.
Rows read_result(const Described& statement, const PGresult* result);

}  // namespace kith::store::postgres
