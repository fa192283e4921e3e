#include "store/rows.hpp"

namespace kith::store {

std::size_t column_number(const ColumnNames& names, std::string_view name, std::size_t hint) {
  if (hint < names.size() && names[hint] == name) return hint;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return i;
  }
  throw DatabaseError("a result has no column " + std::string(name));
}

}  // namespace kith::store
