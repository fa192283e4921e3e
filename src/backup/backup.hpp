#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "backup/progress.hpp"
#include "base/fields.hpp"
#include "base/time.hpp"
#include "blob/blob_store.hpp"
#include "store/bulk.hpp"

/// An installation in one file, independent of the kind of database:
///   kith.json                     describes the archive (`Head`)
///   tables/contacts/000001.jsonl  rows (table_text.hpp); a table has one or more files
///   avatars/NAME.webp             the pictures that accounts show
///   SHA256SUMS                    checksums of all files before it
namespace kith::backup {

/// The version of the archive format; other versions are refused.
inline constexpr int archive_format = 1;
/// The first file of an archive.
inline constexpr std::string_view head_name = "kith.json";
/// The folder of the tables' files.
inline constexpr std::string_view tables_folder = "tables/";
/// The folder of the pictures.
inline constexpr std::string_view avatars_folder = "avatars/";

/// The description of an archive.
struct Head {
  int format = archive_format;
  std::string kith;       ///< version of the program that wrote it
  int schema = 0;         ///< the newest migration of its tables
  Time created_at;        ///< when its snapshot was taken
  std::int64_t rows = 0;  ///< of all tables

  static std::string schema_name() { return "BackupHead"; }
  static constexpr auto fields() {
    return kith::fields(field("format", &Head::format, {.required = true}),
                        field("kith", &Head::kith, {.required = true}),
                        field("schema", &Head::schema, {.required = true}),
                        field("created_at", &Head::created_at, {.required = true}),
                        field("rows", &Head::rows, {.required = true}));
  }
};

/// The numbers of pictures written, and of pictures missing in the blob store.
struct PictureCounts {
  std::int64_t written = 0;
  std::int64_t missing = 0;
};

/// The result of a backup.
struct Written {
  Head head;
  PictureCounts pictures;
};

/// Returns the names of the pictures that accounts show.
std::vector<blob::BlobName> read_pictures(store::Bulk& bulk);

/// Returns the path of an account's picture in an archive.
std::string picture_file(std::string_view name);

/// Returns the number of rows in all tables.
std::int64_t count_rows(const store::Bulk& bulk);

/// Writes an archive to `path`, which must not exist, and verifies it before it gets that name.
/// Blocks. Throws std::runtime_error, store::DatabaseError, Interrupted; then no file is left.
/// REQUIRES: `bulk` has this program's schema.
Written write_backup(const std::string& path, std::unique_ptr<store::Bulk> bulk,
                     blob::BlobStore& blobs, Progress& progress);

}  // namespace kith::backup
