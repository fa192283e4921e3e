#include "app/loop.hpp"

#include <iterator>

#include <unistd.h>

#include "admin/routes.hpp"
#include "http/openapi.hpp"

namespace kith::app {

namespace {

std::optional<LoopSharing> share(const boost::asio::any_io_executor& loop, const Shared& shared) {
  if (!shared.sharing) return std::nullopt;
  return LoopSharing(loop, *shared.sharing);
}

accounts::TokenSettings token_settings(const Shared& shared, std::optional<LoopSharing>& sharing) {
  return {shared.signer,
          shared.account_rules,
          {.access = std::chrono::minutes(shared.settings.access_token_minutes),
           .refresh = std::chrono::days(shared.settings.refresh_token_days)},
          shared.epoch,
          sharing ? sharing->principals() : nullptr};
}

accounts::AvatarUrls avatar_urls(const Shared& shared) {
  return {.gravatar = shared.settings.gravatar == Switch::on,
          .public_base = shared.blobs.public_base()};
}

}  // namespace

Loop::Loop(boost::asio::io_context& context, const Shared& shared,
           const boost::asio::ip::tcp::endpoint& address)
    : store_(shared.database.attach(context.get_executor())),
      sharing_(share(context.get_executor(), shared)),
      authenticator_(*store_, {shared.signer, shared.links}, shared.epoch,
                     sharing_ ? sharing_->principals() : nullptr),
      repeats_(*store_, shared.ended_keys),
      accounts_(*store_, shared.passwords, token_settings(shared, sharing_), avatar_urls(shared)),
      avatars_{{*store_, shared.converter, shared.blobs}, shared.blobs, avatar_urls(shared)},
      contacts_(*store_, shared.contact_rules, {shared.cursors, shared.links},
                shared.search_indexes),
      photos_(*store_, contacts_.contacts, {shared.converter, shared.blobs, shared.links}),
      exports_{accounts_, contacts_, shared.blobs, shared.exporters},
      operations_{*store_},
      service_{*store_,
               authenticator_,
               shared.openapi,
               shared.metrics,
               shared.settings.metrics == MetricsAccess::open,
               shared.draining,
               shared.sharing ? &shared.sharing->health() : nullptr},
      router_(join_routes(
          {&accounts_, &avatars_, &contacts_, &photos_, &exports_, &operations_, &service_})),
      log_(STDOUT_FILENO, shared.settings.log_format),
      gates_({router_, authenticator_, repeats_, log_, shared.counters,
              sharing_ ? sharing_->buckets() : nullptr, shared.settings.trusted_proxies,
              shared.settings.client_address_header, shared.settings.cors_origins,
              shared.settings.role_policy,
              shared.settings.has_tls() || shared.settings.public_url.starts_with("https://")}),
      server_(context, address, {gates_, log_, shared.tls, shared.connections}) {}

void Loop::start() {
  server_.start();
  if (sharing_) sharing_->start();
}

void Loop::drain() {
  // Requests in flight may still publish invalidations.
  server_.drain([this] {
    if (sharing_) sharing_->stop();
  });
}

std::vector<http::Route> join_routes(const Features& features) {
  accounts::Services* accounts = features.accounts;
  std::vector<http::Route> all = auth_routes(accounts);
  for (auto& table :
       {site_routes(accounts), email_verification_routes(accounts), password_reset_routes(accounts),
        me_routes(accounts), routes(features.avatars), admin::routes(accounts),
        routes(features.contacts), photo_routes(features.photos), routes(features.exports),
        routes(features.service), operations_routes(features.operations)}) {
    all.insert(all.end(), table.begin(), table.end());
  }
  return all;
}

std::string openapi_document() {
  const auto table = join_routes({});
  return http::openapi_document(table, KITH_VERSION);
}

}  // namespace kith::app
