#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/migrations.hpp"
#include "store/query.hpp"

namespace kith::store {

/// A step that a database says it has had.
struct AppliedMigration {
  int number;
  std::string sha256_hex;
};

/// Where applied steps are written down; the first thing a driver makes in an empty database.
inline constexpr std::string_view create_migrations_table =
    "create table if not exists schema_migrations (version bigint primary key, name text not null, "
    "sha256 text not null, applied_at bigint not null)";

/// `text` as a literal of SQL, for the statements that take no parameters.
std::string sql_literal(std::string_view text);

/// The number of the newest step; also shows whether the database's file can be read.
extern const Query select_schema_version;

/// The steps that are still to be taken. Throws DatabaseError, in one clear line, when the database
/// is newer than this program or was made by another text of a step.
std::span<const Migration> pending(std::span<const AppliedMigration> applied,
                                   std::span<const Migration> known);

}  // namespace kith::store
