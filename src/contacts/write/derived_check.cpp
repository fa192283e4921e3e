#include "contacts/write/derived_check.hpp"

#include <type_traits>

#include "contacts/model/contact.hpp"
#include "contacts/write/derived_columns.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

namespace {

/// Returns whether a column holds a value.
template <class T>
bool holds(const store::Cell& cell, const T& value) {
  if constexpr (std::is_same_v<T, ByteString>) {
    return !cell.is_null() && cell.bytes() == value.bytes;
  } else {
    return store::FromCell<T>::get(cell) == value;
  }
}

}  // namespace

bool has_outdated_columns(const store::Rows& rows, std::size_t row) {
  return store::read_column<std::int64_t>(rows, "derived_version", row) != derived_version();
}

bool has_right_columns(const store::Rows& rows, std::size_t row) {
  const DerivedColumns derived(store::read_row<ContactFields>(rows, row));
  bool right = true;
  DerivedColumns::fields().for_each([&](const auto& field) {
    const std::size_t column = store::column_number(rows.names(), field.name, 0);
    right = right && holds(rows.cell(row, column), derived.*field.member);
  });
  return right;
}

}  // namespace kith::contacts
