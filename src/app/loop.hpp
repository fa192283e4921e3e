#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>

#include "account_export/export.hpp"
#include "accounts/api/authenticator.hpp"
#include "accounts/api/avatar_routes.hpp"
#include "accounts/api/routes.hpp"
#include "admin/operations_routes.hpp"
#include "app/settings.hpp"
#include "app/sharing.hpp"
#include "contacts/api/photo_routes.hpp"
#include "contacts/api/routes.hpp"
#include "http/server.hpp"
#include "idempotency/idempotency_store.hpp"
#include "service/metrics.hpp"
#include "service/routes.hpp"

namespace kith::app {

/// The state that all loops share; created once per process.
struct Shared {
  const Settings& settings;
  store::Database& database;
  crypto::PasswordHasher& passwords;
  blob::Blobs& blobs;
  image::Converter& converter;
  Workers& exporters;
  const crypto::TokenSigner& signer;
  const crypto::LinkSigner& links;
  const accounts::SignUpRules& account_rules;
  const contacts::CursorCodec& cursors;
  const contacts::ContactRules& contact_rules;
  contacts::SearchIndexes& search_indexes;
  accounts::PrincipalEpoch& epoch;
  std::atomic<bool>& draining;
  idempotency::EndedKeys& ended_keys;
  http::RateCounters& counters;
  http::ConnectionCounts& connections;
  const http::Tls* tls = nullptr;  ///< null: connections are not encrypted
  Sharing* sharing = nullptr;      ///< null: no other instances
  const std::string& openapi;
  std::function<std::string()> metrics;
};

/// An event loop with everything that serves requests on it: its own store, services, routes and
/// acceptor. All its handlers run on a single thread.
class Loop {
 public:
  /// Listens on `address` at once. Throws boost::system::system_error, store::DatabaseError.
  Loop(boost::asio::io_context& context, const Shared& shared,
       const boost::asio::ip::tcp::endpoint& address);

  /// Starts serving.
  void start();

  /// Closes idle connections at once and the others after their response; then the loop runs out of
  /// work.
  void drain();

  http::Server& server() { return server_; }
  /// Returns the loop's counters; may be read on any thread.
  service::LoopSources metrics() const {
    return {&gates_.stats(), &store_->stats(), &authenticator_.counts()};
  }
  /// Returns the id of the route that was invoked last; may be read on any thread.
  std::string_view last_route() const { return gates_.last_route(); }
  const http::Router& router() const { return router_; }
  store::Store& store() { return *store_; }

 private:
  std::unique_ptr<store::Store> store_;
  std::optional<LoopSharing> sharing_;
  accounts::SessionAuthenticator authenticator_;
  idempotency::DatabaseIdempotencyStore repeats_;
  accounts::Services accounts_;
  accounts::AvatarServices avatars_;
  contacts::Services contacts_;
  contacts::PhotoServices photos_;
  account_export::ExportServices exports_;
  admin::Operations operations_;
  service::Service service_;
  http::Router router_;
  http::AccessLog log_;
  http::Gates gates_;
  http::Server server_;
};

/// The dependencies of the route tables; null for tables that are only described.
struct Features {
  accounts::Services* accounts = nullptr;
  accounts::AvatarServices* avatars = nullptr;
  contacts::Services* contacts = nullptr;
  contacts::PhotoServices* photos = nullptr;
  account_export::ExportServices* exports = nullptr;
  admin::Operations* operations = nullptr;
  service::Service* service = nullptr;
};

/// Joins the route tables of all features, for the server and for the OpenAPI document.
std::vector<http::Route> join_routes(const Features& features);

/// Returns the OpenAPI document of `join_routes`.
std::string openapi_document();

}  // namespace kith::app
