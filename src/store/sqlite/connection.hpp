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

/// What a connection is for.
enum class Mode : std::uint8_t { read, write };

/// Rewrites `$N` to `?N` outside quotes and comments: SQLite reads `$1` as a name that it numbers
/// by first appearance.
std::string to_sqlite_parameters(std::string_view text);

/// Ends a prepared statement.
struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
/// A prepared statement that is owned.
using StatementHandle = std::unique_ptr<sqlite3_stmt, Finalize>;

/// Adds a value of the row that a statement is at.
void add_cell(Rows& rows, sqlite3_stmt* statement, int column);

/// One connection to the database file with its prepared statements. Not to be used by two
/// threads at once.
class Connection {
 public:
  /// Opens `path`, which must exist. Throws SqliteError.
  Connection(const std::string& path, Mode mode);

  /// Runs a registered statement to its end. No read transaction stays open behind it.
  /// Throws SqliteError.
  Rows run(const Query& query, const Values& values);

  /// Runs statements without parameters or rows (`begin`, a migration). Throws SqliteError.
  void execute(std::string_view text);

  /// Prepares every registered query that this kind of connection may run, so that a wrong one is
  /// found when the program starts.
  void prepare_all();

  /// A statement that is not registered, for whole tables. Throws SqliteError.
  StatementHandle prepare(const std::string& text);

  /// Goes to its next row; false at its end. Throws SqliteError.
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
  // By Query::number(); pointers, so that Rows may keep the names' address.
  std::vector<std::unique_ptr<Prepared>> statements_;
};

}  // namespace kith::store::sqlite
