#include "backup/copy.hpp"

#include "backup/backup.hpp"
#include "backup/table_text.hpp"
#include "crypto/digest.hpp"

namespace kith::backup {

using store::Rows;
using store::Table;

namespace {

/// The checksum of a table's rows, computed row by row.
class TableSum {
 public:
  explicit TableSum(const Table& table) : table_(table) { sum_.add(heading_of(table)); }

  void add(const Rows& rows) {
    text_.clear();
    for (std::size_t row = 0; row < rows.size(); ++row) append_line(text_, table_, rows, row);
    sum_.add(text_);
    count_ += static_cast<std::int64_t>(rows.size());
  }

  CopiedTable finish() { return {table_.name, count_, crypto::to_hex(sum_.finish())}; }

 private:
  const Table& table_;
  crypto::Sha256 sum_;
  std::string text_;
  std::int64_t count_ = 0;
};

CopiedTable copy_table(store::Bulk& from, const Table& table, store::Bulk& to, Progress& progress) {
  TableSum sum(table);
  from.read(table, [&](const Rows& rows) {
    to.add(table, rows);
    sum.add(rows);
    progress.add(static_cast<std::int64_t>(rows.size()));
  });
  return sum.finish();
}

std::string sum_of(store::Bulk& bulk, const Table& table, Progress& progress) {
  TableSum sum(table);
  bulk.read(table, [&](const Rows& rows) {
    sum.add(rows);
    progress.add(static_cast<std::int64_t>(rows.size()));
  });
  return sum.finish().sha256_hex;
}

}  // namespace

std::vector<CopiedTable> copy(store::Bulk& from, store::Bulk& to, Progress& progress) {
  std::vector<CopiedTable> copied;
  to.clear();
  progress.begin("copy", count_rows(from));
  for (const Table& table : from.tables()) copied.push_back(copy_table(from, table, to, progress));
  progress.begin("compare", count_rows(from));
  for (std::size_t i = 0; i < copied.size(); ++i) {
    if (sum_of(to, to.tables()[i], progress) != copied[i].sha256_hex) {
      throw std::runtime_error(copied[i].name +
                               " differs between the databases; nothing was copied");
    }
  }
  to.commit();
  return copied;
}

}  // namespace kith::backup
