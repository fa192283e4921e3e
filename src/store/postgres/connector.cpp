#include "store/postgres/connector.hpp"

#include <algorithm>
#include <utility>

#include <spdlog/spdlog.h>

#include "base/jitter.hpp"
#include "base/limits.hpp"
#include "base/threads.hpp"

namespace kith::store::postgres {

Connector::Connector(Url url) : url_(std::move(url)), thread_([this] { run(); }) {}

Connector::~Connector() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Connector::request(Purpose purpose, Deliver deliver) {
  {
    const std::lock_guard lock(mutex_);
    wanted_.push_back({purpose, std::move(deliver), std::chrono::steady_clock::now(),
                       limits::database_retry_delay_min});
  }
  wake_.notify_one();
}

void Connector::run() {
  name_thread("kith-connect");
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto next = std::ranges::min_element(wanted_, {}, &Wanted::due);
    if (next == wanted_.end()) {
      wake_.wait(lock);
      continue;
    }
    if (next->due > std::chrono::steady_clock::now()) {
      wake_.wait_until(lock, std::chrono::steady_clock::time_point(next->due));
      continue;
    }
    Wanted wanted = std::move(*next);
    wanted_.erase(next);
    lock.unlock();
    attempt(std::move(wanted));
    lock.lock();
  }
}

void Connector::attempt(Wanted wanted) {
  Attempt made;
  try {
    made.connection = connect(url_, wanted.purpose);
    prepare_all(made.connection.get());
  } catch (const Unreachable& failed) {
    made = {nullptr, failed.what(), true};
  } catch (const std::exception& failed) {
    made = {nullptr, failed.what(), false};
  }
  const bool connected = made.connection != nullptr;
  if (connected && failing_) hurry();
  note(made.why);
  if (!wanted.deliver(std::move(made)) || connected) return;
  const auto pause = with_jitter(wanted.delay);
  wanted.due = std::chrono::steady_clock::now() + pause;
  wanted.delay =
      std::min<std::chrono::milliseconds>(wanted.delay * 2, limits::database_retry_delay_max);
  const std::lock_guard lock(mutex_);
  wanted_.push_back(std::move(wanted));
}

/// The server is back: nobody has to wait for their next attempt.
void Connector::hurry() {
  const std::lock_guard lock(mutex_);
  for (Wanted& each : wanted_) {
    each.due = std::chrono::steady_clock::now();
    each.delay = limits::database_retry_delay_min;
  }
}

void Connector::note(const std::string& why) {
  if (why.empty() && failing_) spdlog::info("database: connected again");
  if (!why.empty() && !failing_) spdlog::error("database: {}", why);
  failing_ = !why.empty();
}

}  // namespace kith::store::postgres
