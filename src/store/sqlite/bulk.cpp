#include "store/sqlite/bulk.hpp"

#include <algorithm>

#include "base/limits.hpp"
#include "store/sqlite/connection.hpp"

namespace kith::store::sqlite {

namespace {

class SqliteBulk : public Bulk {
 public:
  SqliteBulk(const std::string& path, BulkMode mode)
      : connection_(path, mode == BulkMode::read ? Mode::read : Mode::write) {
    connection_.execute(mode == BulkMode::read ? "begin" : "begin immediate");
    for (const std::string_view name : bulk_tables()) {
      Table table = describe(name);
      if (table.columns.empty()) continue;
      table.rows = number("select count(*) from " + table.name);
      tables_.push_back(std::move(table));
    }
  }

  const std::vector<Table>& tables() const override { return tables_; }

  void read(const Table& table, const std::function<void(const Rows&)>& take) override {
    const auto statement = connection_.prepare(bulk_select(table));
    Rows rows(table.columns);
    while (connection_.step(statement.get())) {
      for (int i = 0; i < static_cast<int>(table.columns.size()); ++i) {
        add_cell(rows, statement.get(), i);
      }
      const bool full =
          rows.size() >= limits::bulk_piece_rows || rows.bytes() >= limits::bulk_piece_bytes;
      if (!full) continue;
      take(rows);
      rows = Rows(table.columns);
    }
    if (!rows.empty()) take(rows);
  }

  void add(const Table& table, const Rows& rows) override {
    std::string places = "?";
    for (std::size_t i = 1; i < table.columns.size(); ++i) places += ", ?";
    const auto statement = connection_.prepare("insert into " + table.name + " (" +
                                               bulk_columns(table) + ") values (" + places + ")");
    for (std::size_t row = 0; row < rows.size(); ++row) {
      for (std::size_t column = 0; column < table.columns.size(); ++column) {
        bind(statement.get(), static_cast<int>(column) + 1, rows.cell(row, column),
             table.types[column]);
      }
      connection_.step(statement.get());
      sqlite3_reset(statement.get());
    }
  }

  std::vector<std::string> faults() override {
    std::vector<std::string> faults;
    const auto check = connection_.prepare("pragma integrity_check(20)");
    while (connection_.step(check.get())) {
      std::string line = text_of(check.get(), 0);
      if (line != "ok") faults.push_back(std::move(line));
    }
    const auto orphans = connection_.prepare(
        "select \"table\" || ' has ' || count(*) || ' rows whose ' || parent || ' is gone' "
        "from pragma_foreign_key_check group by \"table\", parent");
    while (connection_.step(orphans.get())) faults.push_back(text_of(orphans.get(), 0));
    return faults;
  }

  std::int64_t number(const std::string& text) override {
    const auto statement = connection_.prepare(text);
    if (!connection_.step(statement.get())) throw DatabaseError("no row returned: " + text);
    return sqlite3_column_int64(statement.get(), 0);
  }

  void execute(const std::string& text) override { connection_.execute(text); }

  void commit() override { connection_.execute("commit"); }

 private:
  Table describe(std::string_view name) {
    Table table{.name = std::string(name), .columns = {}, .types = {}, .key = {}};
    const auto columns = connection_.prepare(
        "select name, lower(type), pk from pragma_table_info('" + table.name + "') order by name");
    std::vector<std::pair<int, std::string>> key;
    while (connection_.step(columns.get())) {
      table.columns.push_back(text_of(columns.get(), 0));
      table.types.push_back(column_type(text_of(columns.get(), 1)));
      const int place = sqlite3_column_int(columns.get(), 2);
      if (place > 0) key.emplace_back(place, table.columns.back());
    }
    std::ranges::sort(key);
    for (auto& each : key) table.key.push_back(std::move(each.second));
    return table;
  }

  static std::string text_of(sqlite3_stmt* statement, int column) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    return text ? text : "";
  }

  static void bind(sqlite3_stmt* statement, int index, const Cell& cell, ColumnType type) {
    if (cell.is_null()) {
      sqlite3_bind_null(statement, index);
    } else if (type == ColumnType::integer) {
      sqlite3_bind_int64(statement, index, cell.integer());
    } else if (type == ColumnType::text) {
      sqlite3_bind_text64(statement, index, cell.bytes().data(), cell.bytes().size(), SQLITE_STATIC,
                          SQLITE_UTF8);
    } else {
      sqlite3_bind_blob64(statement, index, cell.bytes().data(), cell.bytes().size(),
                          SQLITE_STATIC);
    }
  }

  Connection connection_;
  std::vector<Table> tables_;
};

}  // namespace

std::unique_ptr<Bulk> open_bulk(const std::string& path, BulkMode mode) {
  return std::make_unique<SqliteBulk>(path, mode);
}

}  // namespace kith::store::sqlite
