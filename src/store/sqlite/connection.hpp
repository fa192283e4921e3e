#pragma once

#include <memory>
#include <string>
#include <vector>

#include <sqlite3.h>

#include "store/store.hpp"

namespace kith::store::sqlite {

/// A statement failed in SQLite; `code` is SQLite's extended result code.
class SqliteError : public DatabaseError {
 public:
  SqliteError(int code, const std::string& what) : DatabaseError(what), code_(code) {}
  int code() const { return code_; }

 private:
  int code_;
};

/// The purpose of a connection.
enum class Mode : std::uint8_t { read, write };

/// Rewrites `$N` to `?N` outside quotes and comments: SQLite reads `$1` as a name that it numbers
/// by first appearance.
std::string to_sqlite_parameters(std::string_view text);

/// Finalizes a prepared statement.
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
/// An owned prepared statement.
using StatementHandle = std::unique_ptr<sqlite3_stmt, Finalize>;

/// Adds a column of a statement's current row to `rows`.
void add_cell(Rows& rows, sqlite3_stmt* statement, int column);

/// A connection to the database file with its prepared statements. REQUIRES: used by one thread at
/// a time.
class Connection {
 public:
  /// Opens `path`, which must exist. Throws SqliteError.
  Connection(const std::string& path, Mode mode);

  /// Runs a registered statement to its end. Leaves no read transaction open. Throws SqliteError.
  Rows run(const Query& query, const Values& values);

  /// Runs statements that have no parameters and return no rows (`begin`, a migration). Throws
  /// SqliteError.
  void execute(std::string_view text);

  /// Prepares every registered query that this kind of connection may run, so that errors are found
  /// at startup.
  void prepare_all();

  /// Prepares an unregistered statement, for whole tables. Throws SqliteError.
  StatementHandle prepare(const std::string& text);

  /// Steps to the statement's next row; returns false at the end. Throws SqliteError.
  bool step(sqlite3_stmt* statement);

  sqlite3* handle() { return database_.get(); }

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };
  struct Prepared {
    StatementHandle statement;
    ColumnNames names;
  };

  void use_wal(const std::string& path);
  Prepared& prepared(const Query& query);
  static std::string_view first_line(std::string_view text);
  [[noreturn]] void fail(std::string_view where);

  std::unique_ptr<sqlite3, Close> database_;
  // Indexed by Query::number(); pointers, so that Rows may keep the names' address.
  std::vector<std::unique_ptr<Prepared>> statements_;
};

}  // namespace kith::store::sqlite
