#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "store/migrations.hpp"
#include "store/query.hpp"

namespace kith::store {

/// A migration that was applied to a database.
struct AppliedMigration {
  int number;
  std::string sha256_hex;
};

/// Creates the table of applied migrations; the first statement that runs in an empty database.
inline constexpr std::string_view create_migrations_table =
    "create table if not exists schema_migrations (version bigint primary key, name text not null, "
    "sha256 text not null, applied_at bigint not null)";

/// Returns `text` as an SQL literal, for statements that take no parameters.
std::string sql_literal(std::string_view text);

/// Selects the number of the newest migration. It also serves as a check that the database can be
/// read.
extern const Query select_schema_version;

/// Returns the migrations that are still to be applied. Throws DatabaseError, with a one-line
/// message, when the database is newer than this program or the text of an applied migration
/// differs.
std::span<const Migration> pending(std::span<const AppliedMigration> applied,
                                   std::span<const Migration> known);

}  // namespace kith::store
