#pragma once

#include <memory>
#include <optional>
#include <span>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include "accounts/api/routes.hpp"
#include "app/backups.hpp"
#include "app/keys.hpp"
#include "app/settings.hpp"
#include "blob/blobs.hpp"
#include "crypto/jwt.hpp"
#include "crypto/password.hpp"
#include "mail/templates.hpp"
#include "store/migrations.hpp"
#include "store/store.hpp"

namespace kith::app {

/// Opens the database that the settings name, and creates an SQLite file in an existing folder.
/// Throws store::DatabaseError, std::system_error.
std::unique_ptr<store::Database> open_database(
    const Settings& settings, std::span<const store::Migration> steps = store::migrations());

/// Throws std::runtime_error when there is no SQLite file; for commands that must not create a
/// database.
void require_database(const Settings& settings);

/// The right to replace all data of a database. On SQLite, it prevents servers from starting.
using Reservation = std::shared_ptr<void>;

/// Reserves the database for replacing all its data; null while another process of Kith uses it.
/// On PostgreSQL the check only covers processes connected at this moment. REQUIRES: this
/// process has no connection to the database. Throws store::DatabaseError.
Reservation reserve_database(const Settings& settings);

/// Opens the store of pictures. Throws std::system_error.
std::unique_ptr<blob::BlobStore> open_blobs(const Settings& settings);

/// The migrated database, the keys, the password threads and the pictures, for the server and for
/// commands.
class Installation {
 public:
  /// Creates missing keys and folders and migrates the database. REQUIRES: `settings` outlive it;
  /// `prepare_data_folder` was called. Throws as `open_database` and `load_keys`.
  explicit Installation(const Settings& settings);

  store::Database& database() { return *database_; }
  crypto::PasswordHasher& passwords() { return passwords_; }
  blob::Blobs& blobs() { return blobs_; }
  Backups& backups() { return backups_; }
  const crypto::TokenSigner& signer() const { return signer_; }
  const Keys& keys() const { return keys_; }

  /// Runs `work(store::Store&)`, which returns a task, to completion on this thread: for commands
  /// and the start, when no loop runs.
  template <class Work>
  auto run_on_store(Work work) {
    const auto store = database_->attach(context_.get_executor());
    auto result = boost::asio::co_spawn(context_, work(*store), boost::asio::use_future);
    context_.restart();
    context_.run();
    return result.get();
  }

  /// The same for `work(accounts::Services&)`.
  template <class Work>
  auto run(Work work) {
    accounts::PrincipalEpoch epoch = 0;
    std::optional<accounts::Services> services;
    return run_on_store([&](store::Store& store) {
      services.emplace(store, passwords_, accounts::TokenSettings{signer_, rules_, {}, epoch});
      return work(*services);
    });
  }

 private:
  boost::asio::io_context context_{1};  // first, so that it is destroyed last: others post to it
  Keys keys_;
  crypto::TokenSigner signer_;
  std::unique_ptr<store::Database> database_;
  crypto::PasswordHasher passwords_;
  mail::Site site_;
  accounts::SignUpRules rules_{site_};
  blob::Blobs blobs_;
  Backups backups_;
};

/// Opens an installation that exists. Throws as `require_database` and the constructor.
Installation existing_installation(const Settings& settings);

}  // namespace kith::app
