#pragma once

#include <memory>
#include <span>

#include "base/time.hpp"
#include "store/migrations.hpp"
#include "store/postgres/url.hpp"
#include "store/store.hpp"

namespace kith::store::postgres {

/// Options for opening a PostgreSQL database.
struct Options {
  Url url;
  std::span<const Migration> migrations = store::migrations();
  Clock clock = {};
};

/// Returns a database on a server; connects when it is migrated or attached to.
std::unique_ptr<Database> open(Options options);

/// Whether other processes of Kith are connected to the database: connections with the same
/// `application_name`. Waits up to 2 s for those that are just ending. Throws DatabaseError.
bool has_other_clients(const Url& url);

}  // namespace kith::store::postgres
