#include "store/sqlite/connection.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/digits.hpp"

namespace kith::store::sqlite {

namespace {

constexpr int busy_timeout_ms = 5000;

void bind_text(sqlite3_stmt* statement, int index, std::string_view text) {
  sqlite3_bind_text64(statement, index, text.data() ? text.data() : "", text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
}

void bind_bytes(sqlite3_stmt* statement, int index, std::string_view bytes) {
  sqlite3_bind_blob64(statement, index, bytes.data() ? bytes.data() : "", bytes.size(),
                      SQLITE_STATIC);
}

void bind(sqlite3_stmt* statement, int index, const Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    sqlite3_bind_int64(statement, index, *integer);
  } else if (const auto* text = std::get_if<Text>(&value)) {
    bind_text(statement, index, text->view);
  } else if (const auto* owned = std::get_if<OwnedText>(&value)) {
    bind_text(statement, index, owned->text);
  } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
    bind_bytes(statement, index, bytes->view);
  } else if (const auto* owned_bytes = std::get_if<OwnedBytes>(&value)) {
    bind_bytes(statement, index, owned_bytes->bytes);
  } else if (const auto* uuid = std::get_if<Uuid>(&value)) {
    bind_bytes(statement, index, uuid->bytes());
  } else {
    sqlite3_bind_null(statement, index);
  }
}

/// Returns the size of the quoted text or comment at the start of `text`, or 0.
std::size_t quoted_size(std::string_view text) {
  std::string_view end;
  if (text.starts_with('\'')) end = "'";
  if (text.starts_with('"')) end = "\"";
  if (text.starts_with("--")) end = "\n";
  if (text.starts_with("/*")) end = "*/";
  if (end.empty()) return 0;
  const auto at = text.find(end, end.size());
  return at == std::string_view::npos ? text.size() : at + end.size();
}

/// Disables SQLite's memory statistics, whose global lock every allocation would take.
void configure_once() {
  static const int done = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(done);
}

/// Implements `octet_length(text)`, which SQLite has only since 3.43: the size in bytes, or null
/// for null.
void octet_length(sqlite3_context* context, int, sqlite3_value** arguments) {
  if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) return sqlite3_result_null(context);
  sqlite3_result_int64(context, sqlite3_value_bytes(arguments[0]));
}

void add_functions(sqlite3* database) {
  constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
  sqlite3_create_function_v2(database, "octet_length", 1, flags, nullptr, octet_length, nullptr,
                             nullptr, nullptr);
}

/// Resets a statement for its next run, even after an exception.
class Reset {
 public:
  explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
  ~Reset() { sqlite3_reset(statement_); }
  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

void add_cell(Rows& rows, sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_NULL: return rows.add_null();
    case SQLITE_INTEGER: return rows.add_integer(sqlite3_column_int64(statement, column));
    default: break;
  }
  const auto* raw = static_cast<const char*>(sqlite3_column_blob(statement, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  rows.add_bytes({raw, raw ? size : 0});
}

std::string to_sqlite_parameters(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t skipped = quoted_size(text);
    if (skipped > 0) {
      out.append(text.substr(0, skipped));
      text.remove_prefix(skipped);
      continue;
    }
    const bool parameter = text[0] == '$' && text.size() > 1 && is_digit(text[1]);
    out.push_back(parameter ? '?' : text[0]);
    text.remove_prefix(1);
  }
  return out;
}

Connection::Connection(const std::string& path, Mode mode) {
  configure_once();
  sqlite3* database = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
  database_.reset(database);
  if (code != SQLITE_OK) fail("open " + path);
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, busy_timeout_ms);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(database, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  add_functions(database);
  use_wal(path);
  execute(
      "pragma synchronous = full; pragma foreign_keys = on;"
      "pragma trusted_schema = off; pragma temp_store = memory;"
      "pragma mmap_size = 268435456");
  // Readers use the memory-mapped file; the writer's pages are in the log until a checkpoint.
  execute(mode == Mode::read ? "pragma query_only = on; pragma cache_size = -4096"
                             : "pragma cache_size = -32768");
}

void Connection::use_wal(const std::string& path) {
  // SQLite does not wait for another connection that makes the same change.
  for (int waited_ms = 0;; waited_ms += 10) {
    try {
      return execute("pragma journal_mode = wal");
    } catch (const SqliteError& failed) {
      const bool busy = (failed.code() & 0xFF) == SQLITE_BUSY;
      if (!busy || waited_ms >= busy_timeout_ms) {
        throw SqliteError(failed.code(), path + ": " + failed.what());
      }
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void Connection::fail(std::string_view where) {
  const int code = sqlite3_extended_errcode(database_.get());
  std::string text = std::string(where) + ": " + sqlite3_errmsg(database_.get());
  if (code == SQLITE_IOERR_SHMSIZE)
    text += ": the disk is full, the file beside it cannot be created";
  throw SqliteError(code, text);
}

std::string_view Connection::first_line(std::string_view text) {
  constexpr std::size_t shown_max = 80;
  return text.substr(0, std::min(text.find('\n'), shown_max));
}

void Connection::execute(std::string_view text) {
  const std::string copy(text);
  if (sqlite3_exec(database_.get(), copy.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(first_line(text));
  }
}

void Connection::prepare_all() {
  for (const Query* query : Query::all()) prepared(*query);
}

Connection::Prepared& Connection::prepared(const Query& query) {
  if (statements_.size() <= query.number()) statements_.resize(Query::all().size());
  auto& slot = statements_[query.number()];
  if (slot) return *slot;
  const std::string text = to_sqlite_parameters(query.text());
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), text.c_str(), static_cast<int>(text.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) fail(query.name());
  auto made = std::make_unique<Prepared>();
  made->statement.reset(statement);
  for (int i = 0; i < sqlite3_column_count(statement); ++i) {
    made->names.emplace_back(sqlite3_column_name(statement, i));
  }
  slot = std::move(made);
  return *slot;
}

StatementHandle Connection::prepare(const std::string& text) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_.get(), text.c_str(), -1, &statement, nullptr) != SQLITE_OK) {
    fail(first_line(text));
  }
  return StatementHandle(statement);
}

bool Connection::step(sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  if (code != SQLITE_ROW && code != SQLITE_DONE) fail(sqlite3_sql(statement));
  return code == SQLITE_ROW;
}

Rows Connection::run(const Query& query, const Values& values) {
  Prepared& found = prepared(query);
  sqlite3_stmt* statement = found.statement.get();
  const auto wanted = static_cast<std::size_t>(sqlite3_bind_parameter_count(statement));
  if (wanted != values.size()) {
    throw DatabaseError(std::string(query.name()) + " takes " + std::to_string(wanted) +
                        " parameters, not " + std::to_string(values.size()));
  }
  const Reset reset(statement);
  for (std::size_t i = 0; i < values.size(); ++i) {
    bind(statement, static_cast<int>(i) + 1, values[i]);
  }
  Rows rows(found.names);
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    for (int i = 0; i < static_cast<int>(found.names.size()); ++i) add_cell(rows, statement, i);
  }
  if (code != SQLITE_DONE) fail(query.name());
  return rows;
}

}  // namespace kith::store::sqlite
