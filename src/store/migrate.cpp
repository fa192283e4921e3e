#include "store/migrate.hpp"

#include "store/store.hpp"

namespace kith::store {

const Query select_schema_version{
    "store.schema_version", "select version from schema_migrations order by version desc limit 1"};

std::string sql_literal(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out.append(c == '\'' ? "''" : std::string(1, c));
  return out + "'";
}

std::span<const Migration> pending(std::span<const AppliedMigration> applied,
                                   std::span<const Migration> known) {
  if (applied.size() > known.size()) {
    throw DatabaseError("the database has schema " + std::to_string(applied.back().number) +
                        ", this program supports up to " + std::to_string(known.size()) +
                        ": use a newer kith");
  }
  for (std::size_t i = 0; i < applied.size(); ++i) {
    if (applied[i].number == known[i].number && applied[i].sha256_hex == known[i].sha256_hex) {
      continue;
    }
    throw DatabaseError("the text of applied migration " + std::to_string(known[i].number) + " (" +
                        std::string(known[i].name) + ") differs from the one in this program");
  }
  return known.subspan(applied.size());
}

}  // namespace kith::store
