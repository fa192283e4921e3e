#include "store/postgres/schema.hpp"

#include <string>
#include <vector>

#include "store/migrate.hpp"
#include "store/postgres/connection.hpp"

namespace kith::store::postgres {

namespace {

// An arbitrary number that no other program locks in this database: "kith" in ASCII.
constexpr const char* lock_text = "select pg_advisory_lock(1802073192)";

std::vector<AppliedMigration> read_applied(PGconn* connection) {
  const ResultHandle result =
      execute(connection, "select version, sha256 from schema_migrations order by version");
  std::vector<AppliedMigration> applied;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    applied.push_back(
        {std::stoi(PQgetvalue(result.get(), row, 0)), PQgetvalue(result.get(), row, 1)});
  }
  return applied;
}

void apply_step(PGconn* connection, const Migration& step, Time now) {
  execute(connection, "begin");
  try {
    execute(connection, std::string(step.postgres));
  } catch (const DatabaseError& failed) {
    throw DatabaseError("migration " + std::to_string(step.number) + " (" + std::string(step.name) +
                        "): " + failed.what());
  }
  execute(connection, "insert into schema_migrations (version, name, sha256, applied_at) values (" +
                          std::to_string(step.number) + ", " + sql_literal(step.name) + ", " +
                          sql_literal(step.sha256_hex) + ", " + std::to_string(now.micros) + ")");
  execute(connection, "commit");
}

}  // namespace

int schema_of(PGconn* connection) {
  const ResultHandle found =
      execute(connection, "select 1 where to_regclass('schema_migrations') is not null");
  return PQntuples(found.get()) == 0 ? 0 : static_cast<int>(read_applied(connection).size());
}

Migrated migrate(PGconn* connection, std::span<const Migration> steps, Clock clock,
                 const StepListener& on_step) {
  execute(connection, lock_text);
  execute(connection, std::string(create_migrations_table));
  const auto applied = read_applied(connection);
  Migrated done{.from = static_cast<int>(applied.size()), .to = static_cast<int>(applied.size())};
  for (const Migration& step : pending(applied, steps)) {
    if (on_step) on_step(step);
    apply_step(connection, step, clock.now());
    ++done.to;
  }
  return done;
}

}  // namespace kith::store::postgres
