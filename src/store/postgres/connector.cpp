#include "store/postgres/connector.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/jitter.hpp"
#include "base/limits.hpp"
#include "base/threads.hpp"

namespace kith::store::postgres {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int thread_count = 4;
constexpr auto farewell = std::chrono::milliseconds(300);  ///< grace period at shutdown

Connector::Attempt attempt(const Url& url, ConnectionKind kind) {
  Connector::Attempt made;
  try {
    made.connection = connect(url, kind);
    prepare_all(made.connection.get());
  } catch (const Unreachable& failed) {
    made = {nullptr, failed.what(), true};
  } catch (const std::exception& failed) {
    made = {nullptr, failed.what(), false};
  }
  return made;
}

}  // namespace

/// The state shared by the threads; it lives as long as the last of them.
class Connector::Shared {
 public:
  explicit Shared(Url url) : url_(std::move(url)) {}

  void request(ConnectionKind kind, Deliver deliver);
  void run();
  void stop();

 private:
  struct Wanted {
    ConnectionKind kind;
    Deliver deliver;
    SteadyClock::time_point due;
    std::chrono::milliseconds delay;
  };
  using Each = std::list<Wanted>::iterator;

  void try_once(std::unique_lock<std::mutex>& lock, Each wanted);
  void put_off(Each wanted);
  void hurry();
  void note(const std::string& why);

  std::mutex mutex_;
  std::condition_variable wake_;
  std::condition_variable ended_;
  std::list<Wanted> wanted_;
  std::list<Wanted> tried_;  ///< attempts in progress
  Url url_;
  int running_ = thread_count;
  bool stopping_ = false;
  bool failing_ = false;
};

void Connector::Shared::request(ConnectionKind kind, Deliver deliver) {
  const std::lock_guard lock(mutex_);
  wanted_.push_back(
      {kind, std::move(deliver), SteadyClock::now(), limits::database_retry_delay_min});
  wake_.notify_one();
}

void Connector::Shared::run() {
  name_thread("kith-connect");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto next = std::ranges::min_element(wanted_, {}, &Wanted::due);
    if (next == wanted_.end()) {
      wake_.wait(lock);
    } else if (next->due > SteadyClock::now()) {
      wake_.wait_until(lock, SteadyClock::time_point(next->due));
    } else {
      try_once(lock, next);
    }
  }
  --running_;
  ended_.notify_one();
}

void Connector::Shared::try_once(std::unique_lock<std::mutex>& lock, Each wanted) {
  tried_.splice(tried_.end(), wanted_, wanted);
  wake_.notify_one();  // another thread serves the remaining requests
  const Url url = url_;
  const ConnectionKind kind = wanted->kind;
  lock.unlock();
  Attempt made = attempt(url, kind);
  lock.lock();
  if (stopping_) return;  // `wanted` is gone
  const bool connected = made.connection != nullptr;
  if (connected) {
    url_.prefer(PQhost(made.connection.get()), PQport(made.connection.get()));
    if (failing_) hurry();
  }
  note(made.why);
  if (!wanted->deliver(std::move(made)) || connected) {
    tried_.erase(wanted);
  } else {
    put_off(wanted);
  }
}

void Connector::Shared::put_off(Each wanted) {
  wanted->due = SteadyClock::now() + with_jitter(wanted->delay);
  wanted->delay =
      std::min<std::chrono::milliseconds>(wanted->delay * 2, limits::database_retry_delay_max);
  wanted_.splice(wanted_.end(), tried_, wanted);
}

/// The server is back: makes all pending attempts due now.
void Connector::Shared::hurry() {
  for (Wanted& each : wanted_) {
    each.due = SteadyClock::now();
    each.delay = limits::database_retry_delay_min;
  }
  wake_.notify_all();
}

void Connector::Shared::note(const std::string& why) {
  if (why.empty() && failing_) spdlog::info("database: connected again");
  if (!why.empty() && !failing_) spdlog::error("database: {}", why);
  failing_ = !why.empty();
}

void Connector::Shared::stop() {
  std::unique_lock lock(mutex_);
  stopping_ = true;
  wanted_.clear();
  tried_.clear();
  wake_.notify_all();
  ended_.wait_for(lock, farewell, [this] { return running_ == 0; });
}

Connector::Connector(Url url) : shared_(std::make_shared<Shared>(std::move(url))) {
  for (int i = 0; i < thread_count; ++i) {
    std::thread([shared = shared_] { shared->run(); }).detach();
  }
}

Connector::~Connector() { shared_->stop(); }

void Connector::request(ConnectionKind kind, Deliver deliver) {
  shared_->request(kind, std::move(deliver));
}

}  // namespace kith::store::postgres
