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

/// What the server says of a prepared statement.
struct Described {
  std::string name;             ///< under which it is prepared
  std::string_view query;       ///< Query::name()
  std::vector<Oid> parameters;  ///< their types
  ColumnNames columns;
  std::vector<Oid> types;  ///< of the columns
};

/// What keeps `values` from being the parameters of a statement: a wrong number of them, or one of
/// another type than the server expects. Nothing if they fit.
std::optional<std::string> mismatch(const Described& statement, const Values& values);

/// The parameters of one statement in the server's binary format, as libpq takes them. Points into
/// the values. REQUIRES: they fit.
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

/// The types of columns that can be read.
bool is_known(Oid type);

/// The rows of a result in the binary format, copied: `result` may be freed. Its size is bounded by
/// the statements, which all have a LIMIT or one row. Throws DatabaseError for a type that is not
/// known and for a value that is not of its type.
Rows read_result(const Described& statement, const PGresult* result);

}  // namespace kith::store::postgres
