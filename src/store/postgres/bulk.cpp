#include "store/postgres/bulk.hpp"

#include <algorithm>
#include <bit>

#include <spdlog/spdlog.h>

#include "base/limits.hpp"
#include "store/postgres/connection.hpp"

namespace kith::store::postgres {

namespace {

/// Appends an integer in network byte order.
template <class Integer>
void append_integer(std::string& out, Integer value) {
  const auto swapped = std::byteswap(value);
  out.append(reinterpret_cast<const char*>(&swapped), sizeof swapped);
}

// The binary format of COPY: https://www.postgresql.org/docs/15/sql-copy.html
constexpr std::string_view copy_signature("PGCOPY\n\377\r\n\0", 11);
constexpr std::int32_t copy_null = -1;
constexpr std::int16_t copy_end = -1;

std::string copy_begin() {
  std::string out(copy_signature);
  append_integer(out, std::int32_t{0});  // flags
  append_integer(out, std::int32_t{0});  // length of the header extension
  return out;
}

void append_cell(std::string& out, const Cell& cell) {
  if (cell.is_null()) return append_integer(out, copy_null);
  if (cell.is_integer()) {
    append_integer(out, static_cast<std::int32_t>(sizeof(std::int64_t)));
    return append_integer(out, cell.integer());
  }
  append_integer(out, static_cast<std::int32_t>(cell.bytes().size()));
  out += cell.bytes();
}

/// The first piece is small: the server returns all requested rows, however large they are.
constexpr std::size_t first_piece_rows = 32;

std::size_t next_piece_rows(std::size_t rows, std::size_t bytes) {
  if (bytes > limits::bulk_piece_bytes) return std::max<std::size_t>(1, rows / 4);
  return bytes < limits::bulk_piece_bytes / 4 ? std::min(limits::bulk_piece_rows, 2 * rows) : rows;
}

class PostgresBulk : public Bulk {
 public:
  PostgresBulk(const Url& url, BulkMode mode) : connection_(connect(url, ConnectionKind::migrate)) {
    execute("set synchronous_commit = on; set idle_in_transaction_session_timeout = 0");
    execute(mode == BulkMode::read ? "begin isolation level repeatable read read only" : "begin");
    for (const std::string_view name : bulk_tables()) {
      Table table = describe(name);
      if (!table.columns.empty()) tables_.push_back(std::move(table));
    }
    if (mode == BulkMode::write) keep_others_out();
    for (Table& table : tables_) table.rows = number("select count(*) from " + table.name);
  }

  const std::vector<Table>& tables() const override { return tables_; }

  void read(const Table& table, const std::function<void(const Rows&)>& take) override {
    execute("declare bulk binary no scroll cursor for " + bulk_select(table, R"( collate "C")"));
    Described described;
    described.query = table.name;
    described.columns = table.columns;
    for (std::size_t wanted = first_piece_rows;;) {
      const ResultHandle result = run("fetch " + std::to_string(wanted) + " from bulk");
      described.types.clear();
      for (int i = 0; i < PQnfields(result.get()); ++i) {
        described.types.push_back(PQftype(result.get(), i));
      }
      const Rows rows = read_result(described, result.get());
      if (rows.empty()) break;
      take(rows);
      wanted = next_piece_rows(wanted, rows.bytes());
    }
    execute("close bulk");
  }

  void add(const Table& table, const Rows& rows) override {
    std::string data = copy_begin();
    for (std::size_t row = 0; row < rows.size(); ++row) {
      append_integer(data, static_cast<std::int16_t>(table.columns.size()));
      for (std::size_t i = 0; i < table.columns.size(); ++i) append_cell(data, rows.cell(row, i));
    }
    append_integer(data, copy_end);
    copy("copy " + table.name + " (" + bulk_columns(table) + ") from stdin (format binary)", data);
  }

  std::vector<std::string> faults() override {
    const ResultHandle found = run(
        "select 'the index ' || indexrelid::regclass || ' is not valid' from pg_index "
        "where not indisvalid union all "
        "select 'the constraint ' || conname || ' of ' || conrelid::regclass || ' is not valid' "
        "from pg_constraint where not convalidated");
    std::vector<std::string> faults;
    for (int row = 0; row < PQntuples(found.get()); ++row) {
      faults.emplace_back(PQgetvalue(found.get(), row, 0));
    }
    return faults;
  }

  std::int64_t number(const std::string& text) override {
    const ResultHandle result = run(text);
    if (PQntuples(result.get()) == 0) throw DatabaseError("no row returned: " + text);
    return std::stoll(PQgetvalue(result.get(), 0, 0));
  }

  void execute(const std::string& text) override { run(text); }

  /// Commits, then runs ANALYZE. Without statistics, the first plans would assume an empty
  /// database.
  void commit() override {
    execute("commit");
    try {
      execute("analyze");
    } catch (const DatabaseError& failed) {
      spdlog::warn("analyze: {}", failed.what());
    }
  }

 private:
  /// Locks the tables, so that rows written concurrently cannot mix with the new rows.
  void keep_others_out() {
    for (const Table& table : tables_) {
      execute("lock table " + table.name + " in share row exclusive mode");
    }
  }

  ResultHandle run(const std::string& text) { return postgres::execute(connection_.get(), text); }

  void copy(const std::string& text, std::string_view data) {
    const ResultHandle begun(PQexec(connection_.get(), text.c_str()));
    bool sent = PQresultStatus(begun.get()) == PGRES_COPY_IN;
    constexpr std::size_t part_max = std::size_t{1} << 20;
    while (sent && !data.empty()) {
      const std::string_view part = data.substr(0, part_max);
      sent = PQputCopyData(connection_.get(), part.data(), static_cast<int>(part.size())) == 1;
      data.remove_prefix(part.size());
    }
    sent = sent && PQputCopyEnd(connection_.get(), nullptr) == 1;
    std::string error = sent ? "" : one_line(PQerrorMessage(connection_.get()));
    while (const ResultHandle result{PQgetResult(connection_.get())}) {
      const auto status = PQresultStatus(result.get());
      if (status == PGRES_COPY_IN) break;  // COPY cannot be ended: the connection is closed
      if (status != PGRES_COMMAND_OK && error.empty()) error = message_of(result.get());
    }
    if (!error.empty()) throw DatabaseError(text.substr(0, text.find('(')) + ": " + error);
  }

  Table describe(std::string_view name) {
    Table table{.name = std::string(name), .columns = {}, .types = {}, .key = {}};
    const ResultHandle columns =
        run("select attname, format_type(atttypid, null) from pg_attribute where attrelid = "
            "to_regclass('" +
            table.name + "') and attnum > 0 and not attisdropped order by attname");
    for (int row = 0; row < PQntuples(columns.get()); ++row) {
      table.columns.emplace_back(PQgetvalue(columns.get(), row, 0));
      table.types.push_back(column_type(PQgetvalue(columns.get(), row, 1)));
    }
    const ResultHandle key =
        run("select a.attname from pg_index i cross join lateral "
            "unnest(i.indkey::int2[]) with ordinality k (number, place) "
            "join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number "
            "where i.indisprimary and i.indrelid = to_regclass('" +
            table.name + "') order by k.place");
    for (int row = 0; row < PQntuples(key.get()); ++row) {
      table.key.emplace_back(PQgetvalue(key.get(), row, 0));
    }
    return table;
  }

  Handle connection_;
  std::vector<Table> tables_;
};

}  // namespace

std::unique_ptr<Bulk> open_bulk(const Url& url, BulkMode mode) {
  return std::make_unique<PostgresBulk>(url, mode);
}

}  // namespace kith::store::postgres
