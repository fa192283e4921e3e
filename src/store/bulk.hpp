#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/value.hpp"

/// Whole tables at a time, for backups and for moves from one database to another.
namespace kith::store {

/// What a column holds, NULL aside.
enum class ColumnType : std::uint8_t { integer, text, bytes };

/// A table as the database describes it; its columns in order of their names, so that two databases
/// of one schema agree.
struct Table {
  std::string name;
  ColumnNames columns;
  std::vector<ColumnType> types;
  std::vector<std::string> key;  ///< the columns of the primary key, which orders the rows
  std::int64_t rows = 0;         ///< in the snapshot of who asked
};

/// The tables that make up an installation, those that others refer to first. Not among them is
/// what belongs to the database itself: its migrations, and whose turn a job is.
std::span<const std::string_view> bulk_tables();

/// Whether it may change anything.
enum class BulkMode : std::uint8_t { read, write };

/// A database in one transaction of its own, on a connection of its own: all that is read is of one
/// moment, whoever writes meanwhile, and what is written is there with `commit` or not at all.
/// Blocks: no event loop's thread. All calls throw DatabaseError.
class Bulk {
 public:
  virtual ~Bulk() = default;

  /// Those of `bulk_tables` that the schema has.
  virtual const std::vector<Table>& tables() const = 0;

  /// Gives all rows in order of the key (integers by number, bytes by value), in pieces of at most
  /// `limits::bulk_piece_rows`, and fewer where rows are large.
  virtual void read(const Table& table, const std::function<void(const Rows&)>& take) = 0;

  /// What the database finds wrong with its own structure, a line each; reads all of it.
  virtual std::vector<std::string> faults() = 0;

  /// The integer that a statement gives.
  virtual std::int64_t number(const std::string& text) = 0;

  /// Runs a statement without parameters or rows.
  virtual void execute(const std::string& text) = 0;

  /// Adds rows; their columns are the table's. REQUIRES: `BulkMode::write`, as all that follows.
  virtual void add(const Table& table, const Rows& rows) = 0;

  /// Makes all of it last; then nothing more can be done.
  virtual void commit() = 0;

  /// Deletes all rows of all tables.
  void clear();
};

/// What a column of that declared type holds. Throws DatabaseError for one that the schema never
/// has.
ColumnType column_type(std::string_view declared);

/// The table of that name; null when the schema has none.
const Table* find_table(const Bulk& bulk, std::string_view name);

/// `select ... from ... order by ...`; `text_order` stands behind a text of the key.
std::string bulk_select(const Table& table, std::string_view text_order = {});

/// The columns, with commas between them.
std::string bulk_columns(const Table& table);

}  // namespace kith::store
