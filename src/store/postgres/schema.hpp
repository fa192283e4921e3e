#pragma once

#include <span>

#include <libpq-fe.h>

#include "base/time.hpp"
#include "store/migrations.hpp"
#include "store/store.hpp"

namespace kith::store::postgres {

/// As Database::schema says.
int schema_of(PGconn* connection);

/// Brings the schema to the newest version, as Database::migrate says. The lock is the server's and
/// goes with the connection.
Migrated migrate(PGconn* connection, std::span<const Migration> steps, Clock clock,
                 const StepListener& on_step);

}  // namespace kith::store::postgres
