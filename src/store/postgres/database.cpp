#include "store/postgres/database.hpp"

#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "store/postgres/bulk.hpp"
#include "store/postgres/connect_with_retry.hpp"
#include "store/postgres/connector.hpp"
#include "store/postgres/loop_store.hpp"
#include "store/postgres/schema.hpp"

namespace kith::store::postgres {

namespace {

/// How long connections that are being closed are waited for.
constexpr std::chrono::seconds ending_clients_timeout(2);

class PostgresDatabase : public Database {
 public:
  explicit PostgresDatabase(Options options) : options_(std::move(options)) {}

  Migrated migrate(const StepListener& on_step) override {
    const Handle connection =
        connect_with_retry(options_.url, [this] { return make(ConnectionKind::migrate); });
    return postgres::migrate(connection.get(), options_.migrations, options_.clock, on_step);
  }

  int schema() override {
    const Handle connection = make(ConnectionKind::migrate);
    return postgres::schema_of(connection.get());
  }

  std::unique_ptr<Store> attach(boost::asio::any_io_executor loop) override {
    Handle first = connect_with_retry(options_.url, [this] {
      Handle made = make(ConnectionKind::point);
      prepare_all(made.get());
      return made;
    });
    if (!catalogue_) catalogue_.emplace(first.get());
    if (!connector_) connector_.emplace(options_.url);
    auto store = std::make_unique<LoopStore>(std::move(loop), *connector_, *catalogue_);
    store->adopt(std::move(first));
    return store;
  }

  std::unique_ptr<Bulk> bulk(BulkMode mode) override { return open_bulk(options_.url, mode); }

 private:
  Handle make(ConnectionKind kind) {
    Handle made = connect(options_.url, kind);
    options_.url.prefer(PQhost(made.get()), PQport(made.get()));
    return made;
  }

  Options options_;
  std::optional<Catalogue> catalogue_;
  std::optional<Connector> connector_;
};

}  // namespace

std::unique_ptr<Database> open(Options options) {
  return std::make_unique<PostgresDatabase>(std::move(options));
}

bool has_other_clients(const Url& url) {
  constexpr const char* text =
      "select 1 from pg_stat_activity where datname = current_database() "
      "and pid <> pg_backend_pid() and application_name = current_setting('application_name')";
  constexpr std::chrono::milliseconds pause(50);
  const auto deadline = std::chrono::steady_clock::now() + ending_clients_timeout;
  const Handle connection = connect(url, ConnectionKind::migrate);
  while (PQntuples(execute(connection.get(), text).get()) > 0) {
    if (std::chrono::steady_clock::now() > deadline) return true;
    std::this_thread::sleep_for(pause);
  }
  return false;
}

}  // namespace kith::store::postgres
