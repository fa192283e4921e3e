#include "backup/restore.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "backup/archive.hpp"
#include "backup/table_text.hpp"
#include "base/limits.hpp"
#include "json/read.hpp"
#include "store/migrations.hpp"
#include "store/rows.hpp"
#include "store/store.hpp"

namespace kith::backup {

using store::Rows;
using store::Table;

namespace {

[[noreturn]] void refuse_archive(const std::string& path, const std::string& what) {
  throw std::runtime_error(path + ": " + what);
}

Head read_head(const std::string& path, ArchiveReader& archive) {
  const auto file = archive.next();
  if (!file || file->name != head_name) refuse_archive(path, "this is not a Kith backup");
  const auto head = json::read<Head>(file->bytes, Clock().now());
  if (!head || head->format != archive_format) {
    refuse_archive(path, "this version does not support its format");
  }
  if (head->schema < 1 || head->rows < 0) refuse_archive(path, "its header has invalid values");
  if (head->schema > static_cast<int>(store::migrations().size())) {
    refuse_archive(path,
                   "it was written by Kith " + head->kith + ", which is newer than this version");
  }
  return *head;
}

/// Returns `contacts` for `tables/contacts/000001.jsonl`, or an empty text if the file is not a
/// table.
std::string_view table_of(std::string_view file) {
  if (!file.starts_with(tables_folder)) return {};
  file.remove_prefix(tables_folder.size());
  return file.substr(0, file.find('/'));
}

/// Returns the name of the picture that a file holds, or nothing if it is not a picture.
std::optional<blob::BlobName> picture_of(std::string_view file) {
  if (!file.starts_with(avatars_folder) || !file.ends_with(blob::blob_suffix)) return std::nullopt;
  file.remove_prefix(avatars_folder.size());
  file.remove_suffix(blob::blob_suffix.size());
  const auto name = blob::BlobName::parse(file);
  return name ? std::optional(*name) : std::nullopt;
}

std::int64_t lines_in(std::string_view text) { return std::ranges::count(text, '\n'); }

/// Adds the rows of a file and returns their number.
std::int64_t add_rows(store::Bulk& bulk, const Table& table, const ArchiveReader::File& file) {
  const std::string heading = heading_of(table);
  if (!file.bytes.starts_with(heading)) {
    throw std::runtime_error(file.name + ": its columns are not those of the database");
  }
  std::string_view rest = std::string_view(file.bytes).substr(heading.size());
  std::int64_t count = 0;
  while (!rest.empty()) {
    Rows rows(table.columns);
    for (std::size_t i = 0; i < limits::bulk_piece_rows && !rest.empty(); ++i, ++count) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      try {
        read_line(rows, table, line);
      } catch (const store::DatabaseError& broken) {
        throw std::runtime_error(file.name + ", line " + std::to_string(count + 2) + ": " +
                                 broken.what());
      }
    }
    bulk.add(table, rows);
  }
  return count;
}

const Table& table_named(const store::Bulk& bulk, std::string_view name) {
  if (const Table* found = find_table(bulk, name)) return *found;
  throw std::runtime_error("this version has no table " + std::string(name));
}

/// Stores a picture. It stays if the restore fails: another installation may keep the same picture
/// in the same place.
void put_picture(blob::BlobStore& blobs, const blob::BlobName& name, std::string_view bytes) {
  const auto put = blobs.put(name, bytes);
  if (!put) throw std::runtime_error("picture " + name.text + ": " + put.error().detail);
}

/// Returns the names of all blobs: pictures of accounts and thumbnails.
std::set<std::string> picture_names(store::Bulk& bulk) {
  std::set<std::string> names;
  for (const std::string_view table : {"avatars", "photo_thumbnails"}) {
    const Table* listed = find_table(bulk, table);
    if (!listed) continue;
    bulk.read(*listed, [&](const Rows& rows) {
      for (std::size_t row = 0; row < rows.size(); ++row) {
        names.insert(store::read_column<std::string>(rows, "name", row));
      }
    });
  }
  return names;
}

std::set<std::string> shown_pictures(store::Bulk& bulk) {
  std::set<std::string> names;
  for (blob::BlobName& name : read_pictures(bulk)) names.insert(std::move(name.text));
  return names;
}

/// Adds a row to `avatars` that marks a picture for removal.
void add_old_picture(Rows& rows, const Table& avatars, const std::string& name) {
  for (const std::string& column : avatars.columns) {
    if (column == "name") {
      rows.add_bytes(name);
    } else if (column == "state") {
      rows.add_bytes("old");
    } else if (column == "created_at") {
      rows.add_integer(Clock().now().micros);
    } else {
      rows.add_null();
    }
  }
}

/// Marks earlier pictures that are no longer referenced for removal, like replaced pictures.
void retire_pictures(store::Bulk& bulk, const std::set<std::string>& before) {
  if (before.empty()) return;
  const Table& avatars = table_named(bulk, "avatars");
  const std::set<std::string> now = picture_names(bulk);
  Rows rows(avatars.columns);
  for (const std::string& name : before) {
    if (!now.contains(name)) add_old_picture(rows, avatars, name);
  }
  if (!rows.empty()) bulk.add(avatars, rows);
}

/// Returns by how much revisions rise. An account gains at most one revision per microsecond, so
/// the new revisions exceed all revisions since the backup, those of earlier restores included.
std::int64_t revisions_since(Time backup) {
  const std::int64_t passed = Clock().now().micros - backup.micros;
  return passed > 0 ? passed : limits::revisions_ahead;
}

void move_on(store::Bulk& bulk, Time backup) {
  const std::string step = std::to_string(revisions_since(backup));
  bulk.execute("update account_rev set rev = rev + " + step + ", forgotten_rev = rev + " + step);
  bulk.execute("delete from sessions");
  bulk.execute("delete from one_time_tokens");
  if (find_table(bulk, "mail_outbox")) {
    bulk.execute("delete from mail_outbox where next_try_at is not null");  // most were sent since
  }
}

}  // namespace

Head verify_backup(const std::string& path, Progress& progress) {
  ArchiveReader archive(path);
  const Head head = read_head(path, archive);
  progress.begin("check", head.rows);
  std::int64_t rows = 0;
  while (const auto file = archive.next()) {
    progress.add(0);
    if (picture_of(file->name)) continue;
    if (table_of(file->name).empty()) refuse_archive(path, file->name + " is not part of a backup");
    const std::int64_t count = lines_in(file->bytes) - 1;
    rows += count;
    progress.add(count);
  }
  if (rows != head.rows) refuse_archive(path, "its number of rows does not match its header");
  return head;
}

Restored restore(const std::string& path, store::Bulk& bulk, blob::BlobStore& blobs,
                 Progress& progress) {
  ArchiveReader archive(path);
  const Head head = read_head(path, archive);
  progress.begin("restore", head.rows);
  const auto before = picture_names(bulk);
  bulk.clear();
  Restored restored;
  std::optional<std::set<std::string>> shown;
  while (const auto file = archive.next()) {
    if (const auto name = picture_of(file->name)) {
      progress.add(0);
      if (!shown) shown = shown_pictures(bulk);  // the tables precede the pictures
      if (!shown->contains(name->text) || file->bytes.size() > limits::avatar_bytes_max) {
        refuse_archive(path, file->name + " belongs to no account, or is too large");
      }
      put_picture(blobs, *name, file->bytes);
      ++restored.pictures;
      continue;
    }
    const std::int64_t count = add_rows(bulk, table_named(bulk, table_of(file->name)), *file);
    restored.rows += count;
    progress.add(count);
  }
  // Thumbnails are made again. Those of the archive may still be shown by another installation.
  if (find_table(bulk, "photo_thumbnails")) bulk.execute("delete from photo_thumbnails");
  retire_pictures(bulk, before);
  move_on(bulk, head.created_at);
  bulk.commit();
  return restored;
}

bool has_nobody(const store::Bulk& bulk) { return table_named(bulk, "accounts").rows == 0; }

}  // namespace kith::backup
