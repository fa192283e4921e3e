#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/ids.hpp"

namespace kith::store {

/// SQL NULL.
struct Null {
  bool operator==(const Null&) const = default;
};

/// A text stored elsewhere. REQUIRES: it lives until the statement has run.
struct Text {
  std::string_view view;
  bool operator==(const Text&) const = default;
};

/// A text owned by the parameter.
struct OwnedText {
  std::string text;
  bool operator==(const OwnedText&) const = default;
};

/// Bytes stored elsewhere (digests, sort keys). REQUIRES: they live until the statement has run.
struct Bytes {
  std::string_view view;
  bool operator==(const Bytes&) const = default;
};

/// Bytes owned by the parameter.
struct OwnedBytes {
  std::string bytes;
  bool operator==(const OwnedBytes&) const = default;
};

/// The value bound to a parameter. The alternative determines the type: a driver never guesses (a
/// phone fragment bound as a number would lose its leading zero).
using Value = std::variant<Null, std::int64_t, Text, OwnedText, Bytes, OwnedBytes, Uuid>;

/// Copies a text or bytes stored elsewhere into the value.
inline void own(Value& value) {
  if (const auto* text = std::get_if<Text>(&value)) {
    value = OwnedText{std::string(text->view)};
  } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
    value = OwnedBytes{std::string(bytes->view)};
  }
}

/// The values of `$1`, `$2`, ... in order.
using Values = std::vector<Value>;

/// The names of a statement's result columns; owned by the driver that prepared it.
using ColumnNames = std::vector<std::string>;

/// A value of a result: NULL, an integer, or bytes (text or binary).
class Cell {
 public:
  Cell() = default;
  explicit Cell(std::int64_t integer) : kind_(Kind::integer), integer_(integer) {}
  explicit Cell(std::string_view raw) : kind_(Kind::bytes), bytes_(raw) {}

  bool is_null() const { return kind_ == Kind::null; }
  bool is_integer() const { return kind_ == Kind::integer; }

  /// Returns the integer. Throws DatabaseError if the column holds something else.
  std::int64_t integer() const {
    if (kind_ != Kind::integer) throw_wrong_type("an integer");
    return integer_;
  }

  /// Returns the bytes, valid as long as their `Rows`. Throws DatabaseError if the column holds
  /// something else.
  std::string_view bytes() const {
    if (kind_ != Kind::bytes) throw_wrong_type("text or bytes");
    return bytes_;
  }

 private:
  enum class Kind : std::uint8_t { null, integer, bytes };
  [[noreturn]] static void throw_wrong_type(const char* wanted);

  Kind kind_ = Kind::null;
  std::int64_t integer_ = 0;
  std::string_view bytes_;
};

/// The rows of a result, copied from the driver, so that they stay valid after the connection moves
/// on, and on any thread. One buffer holds all bytes, another all cells.
class Rows {
 public:
  Rows() = default;
  /// REQUIRES: `names` lives as long as the store.
  explicit Rows(const ColumnNames& names) : names_(&names) {}

  std::size_t size() const { return names_ && !names_->empty() ? slots_.size() / width() : 0; }
  bool empty() const { return slots_.empty(); }
  /// Returns the total size of texts and bytes.
  std::size_t bytes() const { return bytes_.size(); }
  std::size_t width() const { return names_->size(); }
  const ColumnNames& names() const { return *names_; }

  /// Returns the cell at `row`, `column`. REQUIRES: both are in range.
  Cell cell(std::size_t row, std::size_t column) const;

  /// Removes the last row. REQUIRES: there is a row.
  void drop_last() { slots_.resize(slots_.size() - width()); }

  // A driver fills the rows with these functions, cell by cell and row by row.
  void add_null() { slots_.push_back({SlotKind::null, 0, 0}); }
  void add_integer(std::int64_t value) { slots_.push_back({SlotKind::integer, 0, value}); }
  void add_bytes(std::string_view raw);

 private:
  enum class SlotKind : std::uint8_t { null, integer, bytes };
  struct Slot {
    SlotKind kind;
    std::uint32_t size;  // of the bytes
    std::int64_t value;  // the integer, or the offset into bytes_
  };

  const ColumnNames* names_ = nullptr;
  std::vector<Slot> slots_;
  std::string bytes_;
};

}  // namespace kith::store
