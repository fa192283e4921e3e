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

}  // namespace kith::store::postgres
