#pragma once

#include <span>

#include <libpq-fe.h>

#include "base/time.hpp"
#include "store/migrations.hpp"
#include "store/store.hpp"

namespace kith::store::postgres {

/// Implements Database::schema.
int schema_of(PGconn* connection);

/// Implements Database::migrate. The advisory lock is released when the connection ends.
Migrated migrate(PGconn* connection, std::span<const Migration> steps, Clock clock,
                 const StepListener& on_step);

}  // namespace kith::store::postgres
