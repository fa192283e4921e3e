#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/value.hpp"

/// Access to whole tables, for backups and for moves between databases.
namespace kith::store {

/// The type of a column's values that are not NULL.
enum class ColumnType : std::uint8_t { integer, text, bytes };

/// A table as the database describes it. Columns are sorted by name, so that two databases with the
/// same schema agree.
struct Table {
  std::string name;
  ColumnNames columns;
  std::vector<ColumnType> types;
  std::vector<std::string> key;  ///< the columns of the primary key, which orders the rows
  std::int64_t rows = 0;         ///< in the transaction's snapshot
};

/// Returns the tables that make up an installation, referenced tables first. The database's own
/// tables, such as its migrations and job leases, are excluded.
std::span<const std::string_view> bulk_tables();

/// Whether the transaction may write.
enum class BulkMode : std::uint8_t { read, write };

/// A transaction on its own connection. Reads see one snapshot; writes take effect at `commit`, or
/// not at all. Calls block and throw DatabaseError. REQUIRES: not used on an event loop's thread.
class Bulk {
 public:
  virtual ~Bulk() = default;

  /// Returns the tables of `bulk_tables` that the schema has.
  virtual const std::vector<Table>& tables() const = 0;

  /// Passes all rows to `take` in key order (integers by number, bytes by value), in pieces of at
  /// most `limits::bulk_piece_rows` rows, or fewer where rows are large.
  virtual void read(const Table& table, const std::function<void(const Rows&)>& take) = 0;

  /// Reads the whole database and returns the faults that it finds in its own structure, one line
  /// each.
  virtual std::vector<std::string> faults() = 0;

  /// Returns the integer that a statement yields.
  virtual std::int64_t number(const std::string& text) = 0;

  /// Runs a statement that has no parameters and returns no rows.
  virtual void execute(const std::string& text) = 0;

  /// Adds rows that have the table's columns. REQUIRES: `BulkMode::write`, as do the functions
  /// below.
  virtual void add(const Table& table, const Rows& rows) = 0;

  /// Commits the transaction. REQUIRES: nothing is called afterwards.
  virtual void commit() = 0;

  /// Deletes all rows of all tables.
  void clear();
};

/// Returns the type of a column declared as `declared`. Throws DatabaseError for a type that the
/// schema does not use.
ColumnType column_type(std::string_view declared);

/// Returns the table with that name, or null if the schema does not have it.
const Table* find_table(const Bulk& bulk, std::string_view name);

/// Returns `select ... from ... order by ...`. `text_order` is appended to each text column of the
/// key.
std::string bulk_select(const Table& table, std::string_view text_order = {});

/// Returns the columns, separated by commas.
std::string bulk_columns(const Table& table);

}  // namespace kith::store
