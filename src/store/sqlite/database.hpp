#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/time.hpp"
#include "store/migrations.hpp"
#include "store/store.hpp"

namespace kith::store::sqlite {

/// Options for opening an SQLite database.
struct Options {
  std::string path;  ///< created with mode 0600 if missing
  std::span<const Migration> migrations = store::migrations();
  Clock clock = {};
};

/// Opens or creates the database file; its folder must exist. `attach` of the database throws
/// DatabaseError while another process replaces all data (use_lock.hpp). Throws DatabaseError.
std::unique_ptr<Database> open(Options options);

}  // namespace kith::store::sqlite
