#include "backup/backup.hpp"

#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include "backup/archive.hpp"
#include "backup/restore.hpp"
#include "backup/table_text.hpp"
#include "base/limits.hpp"
#include "blob/fetch.hpp"
#include "json/write.hpp"
#include "store/migrations.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"

namespace kith::backup {

using store::Rows;
using store::Table;

namespace {

/// The files of one table: each begins with the heading and ends at the end of a row.
class TableFiles {
 public:
  TableFiles(ArchiveWriter& archive, const Table& table)
      : archive_(archive), table_(table), text_(heading_of(table)) {}

  void add(const Rows& rows) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      append_line(text_, table_, rows, row);
      if (text_.size() >= limits::backup_part_bytes) finish();
    }
  }

  void finish() {
    archive_.add(fmt::format("{}{}/{:06}.jsonl", tables_folder, table_.name, ++number_), text_);
    text_ = heading_of(table_);
  }

 private:
  ArchiveWriter& archive_;
  const Table& table_;
  std::string text_;
  int number_ = 0;
};

void write_table(ArchiveWriter& archive, store::Bulk& bulk, const Table& table,
                 Progress& progress) {
  TableFiles files(archive, table);
  try {
    bulk.read(table, [&](const Rows& rows) {
      files.add(rows);
      progress.add(static_cast<std::int64_t>(rows.size()));
    });
  } catch (const store::DatabaseError& broken) {
    throw store::DatabaseError(table.name + ": " + broken.what());
  }
  files.finish();
}

}  // namespace

std::vector<blob::BlobName> read_pictures(store::Bulk& bulk) {
  std::vector<blob::BlobName> names;
  const Table* avatars = store::find_table(bulk, "avatars");
  if (!avatars) return names;
  bulk.read(*avatars, [&](const Rows& rows) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
      if (store::read_column<std::string>(rows, "state", row) != "current") continue;
      names.push_back({store::read_column<std::string>(rows, "name", row)});
    }
  });
  return names;
}

namespace {

/// Writes the pictures and counts those that are missing: a picture that was replaced since the
/// backup's snapshot may be gone.
PictureCounts write_pictures(ArchiveWriter& archive, const std::vector<blob::BlobName>& names,
                             blob::BlobStore& blobs, Progress& progress) {
  PictureCounts counts;
  if (!names.empty()) progress.begin("pictures", static_cast<std::int64_t>(names.size()));
  for (const blob::BlobName& name : names) {
    progress.add(1);
    const auto bytes = blob::fetch(blobs, name, Clock().now());
    if (bytes) {
      archive.add(picture_file(name.text), *bytes);
      ++counts.written;
    } else if (bytes.error().code == Errc::not_found) {
      ++counts.missing;
    } else {
      throw std::runtime_error("picture " + name.text + ": " + bytes.error().detail);
    }
  }
  if (counts.missing > 0) {
    spdlog::warn("backup: {} of {} pictures are missing from the picture store", counts.missing,
                 names.size());
  }
  return counts;
}

}  // namespace

std::string picture_file(std::string_view name) {
  return std::string(avatars_folder).append(name).append(blob::blob_suffix);
}

std::int64_t count_rows(const store::Bulk& bulk) {
  std::int64_t rows = 0;
  for (const Table& table : bulk.tables()) rows += table.rows;
  return rows;
}

Written write_backup(const std::string& path, std::unique_ptr<store::Bulk> bulk,
                     blob::BlobStore& blobs, Progress& progress) {
  const Time now = Clock().now();
  Written written{.head = {.kith = KITH_VERSION,
                           .schema = static_cast<int>(store::migrations().size()),
                           .created_at = now,
                           .rows = count_rows(*bulk)},
                  .pictures = {}};
  ArchiveWriter archive(path, now);
  archive.add(std::string(head_name), json::to_json(written.head) + "\n");
  progress.begin("backup", written.head.rows);
  for (const Table& table : bulk->tables()) write_table(archive, *bulk, table, progress);
  const auto names = read_pictures(*bulk);
  bulk.reset();  // fetching may take long and must not hold the snapshot
  written.pictures = write_pictures(archive, names, blobs, progress);
  archive.finish();
  verify_backup(archive.partial_path(), progress);
  archive.publish();
  return written;
}

}  // namespace kith::backup
