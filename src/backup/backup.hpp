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

/// An installation in one file, whichever database it came from and goes to:
///   kith.json                     what follows (`Head`)
///   tables/contacts/000001.jsonl  rows (table_text.hpp); a table has one file or more
///   avatars/NAME.webp             the pictures that accounts show
///   SHA256SUMS                    of all files before it
namespace kith::backup {

/// Which of its forms an archive has; another one is refused.
inline constexpr int archive_format = 1;
/// The first file of an archive.
inline constexpr std::string_view head_name = "kith.json";
/// Where the files of tables are.
inline constexpr std::string_view tables_folder = "tables/";
/// Where the pictures are.
inline constexpr std::string_view avatars_folder = "avatars/";

/// What an archive says of itself.
struct Head {
  int format = archive_format;
  std::string kith;       ///< version of the program that wrote it
  int schema = 0;         ///< the newest migration of its tables
  Time created_at;        ///< all of it is of this moment
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

/// How many pictures were written, and how many the blob store does not have.
struct PictureCounts {
  std::int64_t written = 0;
  std::int64_t missing = 0;
};

/// What was written.
struct Written {
  Head head;
  PictureCounts pictures;
};

/// The pictures that accounts show.
std::vector<blob::BlobName> read_pictures(store::Bulk& bulk);

/// The file of an account's picture in an archive.
std::string picture_file(std::string_view name);

/// All rows of all tables.
std::int64_t count_rows(const store::Bulk& bulk);

/// Writes an archive to `path`, where nothing may be, and reads it back before it has that name.
/// `bulk` has this program's schema. Blocks. Throws std::runtime_error, store::DatabaseError,
/// Interrupted; then there is no file.
Written write_backup(const std::string& path, std::unique_ptr<store::Bulk> bulk,
                     blob::BlobStore& blobs, Progress& progress);

}  // namespace kith::backup
