#include "store/postgres/codec.hpp"

#include <bit>
#include <cstring>

#include "store/store.hpp"

namespace kith::store::postgres {

namespace {

// From pg_type.dat; these values never change.
constexpr Oid bool_type = 16;
constexpr Oid bytea_type = 17;
constexpr Oid name_type = 19;
constexpr Oid int8_type = 20;
constexpr Oid int2_type = 21;
constexpr Oid int4_type = 23;
constexpr Oid text_type = 25;
constexpr Oid bpchar_type = 1042;
constexpr Oid varchar_type = 1043;

constexpr int binary_format = 1;

/// Returns the size of an integer of that type in bytes, or 0 if the type is not an integer.
std::size_t integer_size(Oid type) {
  switch (type) {
    case bool_type: return 1;
    case int2_type: return 2;
    case int4_type: return 4;
    case int8_type: return 8;
    default: return 0;
  }
}

bool is_text(Oid type) {
  return type == text_type || type == varchar_type || type == name_type || type == bpchar_type;
}

bool has_room(Oid type, std::int64_t value) {
  switch (type) {
    case bool_type: return value == 0 || value == 1;
    case int2_type: return static_cast<std::int16_t>(value) == value;
    case int4_type: return static_cast<std::int32_t>(value) == value;
    default: return true;
  }
}

bool fits(Oid type, const Value& value) {
  if (std::holds_alternative<Null>(value)) return true;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    return integer_size(type) > 0 && has_room(type, *integer);
  }
  const bool is_text_value =
      std::holds_alternative<Text>(value) || std::holds_alternative<OwnedText>(value);
  return is_text_value ? is_text(type) : type == bytea_type;
}

/// Returns a non-null pointer, because libpq takes a null pointer for NULL.
const char* some_pointer(std::string_view view) { return view.data() ? view.data() : ""; }

std::int64_t read_integer(std::string_view raw) {
  std::uint64_t bits = 0;
  for (const char byte : raw) bits = (bits << 8) | static_cast<unsigned char>(byte);
  const unsigned unused = 64 - 8 * static_cast<unsigned>(raw.size());
  return static_cast<std::int64_t>(bits << unused) >> unused;
}

void add_cell(Rows& rows, Oid type, std::string_view raw) {
  const std::size_t size = integer_size(type);
  if (size > 0 && raw.size() != size)
    throw DatabaseError("an integer does not have the size of its type");
  if (type == bool_type) return rows.add_integer(raw[0] == 0 ? 0 : 1);
  if (size > 0) return rows.add_integer(read_integer(raw));
  if (type == bytea_type || is_text(type)) return rows.add_bytes(raw);
  throw DatabaseError("unsupported column type " + std::to_string(type));
}

}  // namespace

std::optional<std::string> mismatch(const Described& statement, const Values& values) {
  const std::string name(statement.query);
  if (values.size() != statement.parameters.size()) {
    return name + " takes " + std::to_string(statement.parameters.size()) + " parameters, not " +
           std::to_string(values.size());
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (fits(statement.parameters[i], values[i])) continue;
    return name + ": $" + std::to_string(i + 1) + " is not of the type " +
           std::to_string(statement.parameters[i]);
  }
  return std::nullopt;
}

Parameters::Parameters(const Described& statement, const Values& values)
    : integers_(values.size()), formats_(values.size(), binary_format) {
  pointers_.reserve(values.size());
  sizes_.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    add(statement.parameters[i], values[i], integers_[i].data());
  }
}

void Parameters::add(Oid type, const Value& value, char* scratch) {
  std::string_view raw;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    const std::uint64_t swapped = std::byteswap(static_cast<std::uint64_t>(*integer));
    std::memcpy(scratch, &swapped, sizeof(swapped));
    const std::size_t size = integer_size(type);
    raw = {scratch + sizeof(swapped) - size, size};
  } else if (const auto* text = std::get_if<Text>(&value)) {
    raw = text->view;
  } else if (const auto* owned = std::get_if<OwnedText>(&value)) {
    raw = owned->text;
  } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
    raw = bytes->view;
  } else if (const auto* owned_bytes = std::get_if<OwnedBytes>(&value)) {
    raw = owned_bytes->bytes;
  } else if (const auto* uuid = std::get_if<Uuid>(&value)) {
    raw = uuid->bytes();
  }
  const bool null = std::holds_alternative<Null>(value);
  pointers_.push_back(null ? nullptr : some_pointer(raw));
  sizes_.push_back(static_cast<int>(raw.size()));
}

bool is_known(Oid type) { return integer_size(type) > 0 || type == bytea_type || is_text(type); }

Rows read_result(const Described& statement, const PGresult* result) {
  Rows rows(statement.columns);
  const int count = PQntuples(result);
  const int width = PQnfields(result);
  if (static_cast<std::size_t>(width) != statement.columns.size()) {
    throw DatabaseError(std::string(statement.query) + " returned other columns than at startup");
  }
  for (int row = 0; row < count; ++row) {
    for (int column = 0; column < width; ++column) {
      if (PQgetisnull(result, row, column) != 0) {
        rows.add_null();
        continue;
      }
      const auto size = static_cast<std::size_t>(PQgetlength(result, row, column));
      add_cell(rows, statement.types[static_cast<std::size_t>(column)],
               {PQgetvalue(result, row, column), size});
    }
  }
  return rows;
}

}  // namespace kith::store::postgres
