#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "store/store.hpp"
#include "store/values.hpp"

/// Maps field lists to the store: column lists for SQL text, and rows read back by name.
namespace kith::store {

/// Returns a cell of a result as the C++ value of a field.
template <class T>
struct FromCell;
template <>
struct FromCell<std::int64_t> {
  static std::int64_t get(const Cell& cell) { return cell.integer(); }
};
template <>
struct FromCell<int> {
  static int get(const Cell& cell) { return static_cast<int>(cell.integer()); }
};
template <>
struct FromCell<bool> {
  static bool get(const Cell& cell) { return cell.integer() != 0; }
};
template <>
struct FromCell<Time> {
  static Time get(const Cell& cell) { return {cell.integer()}; }
};
template <>
struct FromCell<std::string> {
  static std::string get(const Cell& cell) { return std::string(cell.bytes()); }
};
template <class Kind>
struct FromCell<Id<Kind>> {
  static Id<Kind> get(const Cell& cell) {
    Id<Kind> id;
    const std::string_view raw = cell.bytes();
    if (raw.size() != id.uuid.data.size()) throw DatabaseError("an id column is not 16 bytes long");
    raw.copy(reinterpret_cast<char*>(id.uuid.data.data()), raw.size());
    return id;
  }
};
template <TextWrapper T>
struct FromCell<T> {
  static T get(const Cell& cell) { return T{std::string(cell.bytes())}; }
};
template <TextValue T>
  requires(!TextWrapper<T>)
struct FromCell<T> {
  static T get(const Cell& cell) {
    auto parsed = T::parse(cell.bytes());
    if (!parsed) throw DatabaseError("a column holds a text that " + std::string(parsed.error()));
    return *std::move(parsed);
  }
};
template <NamedEnum E>
struct FromCell<E> {
  static E get(const Cell& cell) {
    const auto found = enum_of<E>(cell.bytes());
    if (!found)
      throw DatabaseError("a column holds an unknown enum value");  // the column may hold a secret
    return *found;
  }
};
template <class T>
struct FromCell<std::optional<T>> {
  static std::optional<T> get(const Cell& cell) {
    if (cell.is_null()) return std::nullopt;
    return FromCell<T>::get(cell);
  }
};

/// Returns the number of the column `name`. Tries `hint` first, its number in a select list made
/// from the field list. Throws DatabaseError when the column is missing.
std::size_t column_number(const ColumnNames& names, std::string_view name, std::size_t hint);

/// Returns a value of a result by column name, for statements that return few columns.
template <class T>
T read_column(const Rows& rows, std::string_view name, std::size_t row = 0) {
  return FromCell<T>::get(rows.cell(row, column_number(rows.names(), name, 0)));
}

/// Returns row `row` as an object: reads every stored field of `T::fields()` from the column of its
/// name.
template <HasFields T>
T read_row(const Rows& rows, std::size_t row) {
  T object;
  std::size_t hint = 0;
  T::fields().for_each([&]<class Owner, class V>(const Field<Owner, V>& field) {
    if (!field.rules.stored) return;
    const std::size_t column = column_number(rows.names(), field.name, hint);
    object.*field.member = FromCell<V>::get(rows.cell(row, column));
    hint = column + 1;
  });
  return object;
}

/// Returns all rows as objects.
template <HasFields T>
std::vector<T> read_rows(const Rows& rows) {
  std::vector<T> objects;
  objects.reserve(rows.size());
  for (std::size_t row = 0; row < rows.size(); ++row) objects.push_back(read_row<T>(rows, row));
  return objects;
}

// --- pieces of SQL text -------------------------------------------------------------------------

/// Returns `first_name, last_name, ...` of the stored fields, each prefixed with `prefix` (`c.`).
template <class List>
std::string column_list(const List& list, std::string_view prefix = {}) {
  std::string out;
  list.for_each([&](const auto& field) {
    if (!field.rules.stored) return;
    if (!out.empty()) out += ", ";
    out.append(prefix).append(field.name);
  });
  return out;
}

/// Returns `$3, $4, ...` for the stored fields, numbered from `first`.
template <class List>
std::string parameter_list(const List& list, int first) {
  std::string out;
  list.for_each([&](const auto& field) {
    if (!field.rules.stored) return;
    if (!out.empty()) out += ", ";
    out += '$' + std::to_string(first++);
  });
  return out;
}

/// Returns `first_name = $3, last_name = $4, ...` for the stored fields, numbered from `first`.
template <class List>
std::string assignment_list(const List& list, int first) {
  std::string out;
  list.for_each([&](const auto& field) {
    if (!field.rules.stored) return;
    if (!out.empty()) out += ", ";
    out.append(field.name).append(" = $") += std::to_string(first++);
  });
  return out;
}

/// Returns the number of stored fields in a list.
template <class List>
int stored_count(const List& list) {
  int count = 0;
  list.for_each([&](const auto& field) { count += field.rules.stored ? 1 : 0; });
  return count;
}

}  // namespace kith::store
