#include "app/app.hpp"

#include <algorithm>
#include <csignal>
#include <optional>
#include <thread>

#include <boost/asio/post.hpp>
#include <fmt/core.h>
#include <spdlog/spdlog.h>

#include "app/data_folder.hpp"
#include "app/installation.hpp"
#include "app/jobs.hpp"
#include "app/loop.hpp"
#include "app/mail.hpp"
#include "app/sharing.hpp"
#include "app/signals.hpp"
#include "base/explain.hpp"
#include "base/threads.hpp"
#include "base/zone.hpp"
#include "http/connection_counts.hpp"
#include "http/tls.hpp"
#include "mail/sender.hpp"
#include "service/loop_watch.hpp"
#include "service/metrics.hpp"

namespace kith::app {

namespace asio = boost::asio;

namespace {

std::size_t loop_count(const Settings& settings) {
  if (settings.threads > 0) return static_cast<std::size_t>(settings.threads);
  return std::max(1U, std::thread::hardware_concurrency());
}

/// Ignores SIGPIPE and SIGXFSZ, so that writing to a closed log pipe or to a file at its size limit
/// returns an error instead of ending the process.
void ignore_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

/// The server: the loops and their shared state, in order of construction.
class App {
 public:
  explicit App(const Settings& settings)
      : settings_(settings),
        connections_(settings.connections_per_address, settings.trusted_proxies),
        installation_(settings),
        converter_(settings.image_program_path()),
        exporters_(1, limits::exports_max, "Other exports are running. Try again shortly."),
        cursors_(installation_.keys().cursors, installation_.keys().cursors_previous),
        links_(installation_.keys().links, installation_.keys().links_previous),
        counters_(settings.rate_limits),
        account_rules_{site_, settings.signup, settings.signup_conceal == Switch::on,
                       settings.demands_verification()},
        contact_rules_{.favorite_words = settings.favorite_words(),
                       .keeps_history = settings.history_days > 0,
                       .contacts_max = settings.contacts_max,
                       .history_bytes_max = settings.history_bytes_max(),
                       .account_bytes_max = settings.account_bytes_max},
        search_indexes_(static_cast<std::size_t>(settings.search_memory_mib) * 1024 * 1024),
        openapi_(openapi_document()) {
    if (settings.has_tls()) tls_.emplace(settings.tls_cert, settings.tls_key);
    if (!settings.redis_url.empty()) sharing_.emplace(settings.redis_url, epoch_);
  }

  void run() {
    ignore_signals();
    const auto& server = settings_.database_url.postgres;
    if (server) spdlog::info("database: postgres server=\"{}\"", server->place());
    make_loops();
    const Signals signals({.reload = [this] { reload(); },
                           .retire = [this] { retire(); },
                           .drain = [this] { drain(); }},
                          {.serve_on = std::chrono::seconds(settings_.drain_seconds)});
    fmt::print("{}\n", ready_line());
    std::fflush(stdout);
    watch_.start();
    std::vector<std::jthread> threads;
    for (std::size_t i = 1; i < contexts_.size(); ++i) {
      threads.emplace_back([this, i] {
        name_thread("kith-loop-" + std::to_string(i));
        watched_[i]->run(*contexts_[i]);
      });
    }
    watched_.front()->run(*contexts_.front());
  }

 private:
  void make_loops() {
    auto address = settings_.listen.endpoint();
    http::Server::check_free(address);
    for (std::size_t i = 0; i < loop_count(settings_); ++i) {
      contexts_.push_back(std::make_unique<asio::io_context>(1));
      loops_.push_back(std::make_unique<Loop>(*contexts_.back(), shared(), address));
      address = loops_.front()->server().address();  // all loops share the port
      watched_.push_back(&watch_.add([loop = loops_.back().get()] { return loop->last_route(); }));
    }
    site_.url = settings_.base_url(address);
    if (!settings_.smtp_url.empty() && settings_.public_url.empty()) {
      spdlog::warn("settings: KITH_PUBLIC_URL is not set, links in mails use url={}", site_.url);
    }
    for (auto& loop : loops_) loop->start();
    if (sharing_) sharing_->start(contexts_.front()->get_executor());
    jobs_.emplace(*contexts_.front(), loops_.front()->store(),
                  all_jobs(settings_, installation_.blobs(), installation_.backups()));
    jobs_->start();
    transport_ = make_transport(settings_, site_);
    sender_.emplace(*contexts_.front(), loops_.front()->store(),
                    mail::PostOffice{*transport_, make_letterhead(settings_, site_)});
    sender_->start();
  }

  Shared shared() {
    return {.settings = settings_,
            .database = installation_.database(),
            .passwords = installation_.passwords(),
            .blobs = installation_.blobs(),
            .converter = converter_,
            .exporters = exporters_,
            .signer = installation_.signer(),
            .links = links_,
            .account_rules = account_rules_,
            .cursors = cursors_,
            .contact_rules = contact_rules_,
            .search_indexes = search_indexes_,
            .epoch = epoch_,
            .draining = draining_,
            .ended_keys = ended_keys_,
            .counters = counters_,
            .connections = connections_,
            .tls = tls_ ? &*tls_ : nullptr,
            .sharing = sharing_ ? &*sharing_ : nullptr,
            .openapi = openapi_,
            .metrics = [this] { return metrics(); }};
  }

  service::DiskUse disk() const {
    return {.data_folder = settings_.data_dir,
            .backup_folder = settings_.backup_hours > 0 ? settings_.backup_folder() : "",
            .sqlite_file = settings_.database_url.postgres ? "" : settings_.sqlite_path()};
  }

  std::string metrics() {
    service::MetricSources sources{.disk = disk(),
                                   .routes = loops_.front()->router().routes(),
                                   .loops = {},
                                   .passwords_queued = installation_.passwords().queued(),
                                   .passwords_hashed = installation_.passwords().hashed(),
                                   .rate_limited = counters_.refused(),
                                   .connections = connections_,
                                   .watch = watch_,
                                   .searches = search_indexes_.counts(),
                                   .jobs = {},
                                   .mails = sender_->counts(),
                                   .tls = tls_ ? &*tls_ : nullptr,
                                   .redis = sharing_ ? &sharing_->health() : nullptr};
    for (const auto& loop : loops_) sources.loops.push_back(loop->metrics());
    for (const auto& counts : jobs_->counts()) sources.jobs.push_back(counts.get());
    return service::metrics_text(sources);
  }

  /// Prints a line with the server's address and, while there is no administrator, the set-up link.
  std::string ready_line() {
    const std::string& url = site_.url;
    const auto token = installation_.run(
        [](accounts::Services& services) { return services.setup.new_token(Clock().now()); });
    if (!token) throw std::runtime_error(token.error().detail);
    std::string line = "Kith is ready at " + url;
    if (!*token) return line;
    return line + " - create the first administrator within " +
           std::to_string(limits::setup_link_lifetime.count()) + " minutes: " + url + "/setup#" +
           **token;
  }

  /// Reloads the certificate. If that fails, the former certificate stays in use.
  void reload() {
    if (!tls_) {
      spdlog::info("reload: no certificate is configured; changed settings need a restart");
      return;
    }
    try {
      tls_->reload();
      spdlog::info("reload: certificate loaded file={}", settings_.tls_cert);
    } catch (const std::exception& failed) {
      spdlog::error("reload: certificate failed, the previous one stays in use: {}",
                    explain(failed));
    }
  }

  /// Makes /readyz answer 503, so that proxies switch over, while requests are still served.
  void retire() {
    draining_ = true;
    installation_.backups().stop();
    asio::post(*contexts_.front(), [this] {
      jobs_->stop();
      sender_->stop();
    });
    if (settings_.drain_seconds == 0) return;
    spdlog::info("stopping: not ready, still serving seconds={}", settings_.drain_seconds);
    on_each_loop([](Loop& loop) { loop.server().retire(); });
  }

  void drain() {
    spdlog::info("stopping: draining requests in flight");
    on_each_loop([](Loop& loop) { loop.drain(); });
    if (!sharing_) return;
    asio::post(*contexts_.front(), [this] { sharing_->stop(); });
  }

  void on_each_loop(void (*act)(Loop&)) {
    for (std::size_t i = 0; i < loops_.size(); ++i) {
      asio::post(*contexts_[i], [this, i, act] { act(*loops_[i]); });
    }
  }

  const Settings& settings_;
  http::ConnectionCounts connections_;  // before the contexts: connections release their places
  // The contexts come first, so that they are destroyed last: the store's threads post to them.
  std::vector<std::unique_ptr<asio::io_context>> contexts_;
  Installation installation_;
  image::Converter converter_;
  Workers exporters_;
  contacts::CursorCodec cursors_;
  crypto::LinkSigner links_;
  http::RateCounters counters_;
  mail::Site site_;  // complete once the port is known, before anything is served
  accounts::SignUpRules account_rules_;
  contacts::ContactRules contact_rules_;
  contacts::SearchIndexes search_indexes_;
  std::string openapi_;
  accounts::PrincipalEpoch epoch_ = 0;
  std::optional<http::Tls> tls_;
  std::optional<Sharing> sharing_;
  std::atomic<bool> draining_ = false;
  idempotency::EndedKeys ended_keys_;
  std::vector<std::unique_ptr<Loop>> loops_;
  service::LoopWatch watch_;
  std::vector<service::WatchedLoop*> watched_;  // one per loop
  std::optional<jobs::JobRunner> jobs_;
  std::unique_ptr<mail::Transport> transport_;
  std::optional<mail::Sender> sender_;
};

}  // namespace

void serve(const Settings& settings) {
  require_zones();
  prepare_data_folder(settings, DataFolder::served);
  App(settings).run();
}

}  // namespace kith::app
