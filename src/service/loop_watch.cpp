#include "service/loop_watch.hpp"

#include <utility>

#include <pthread.h>
#include <spdlog/spdlog.h>

#include "base/threads.hpp"

namespace kith::service {

namespace {

LoopWatch::Nanos cpu_time(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::int64_t ms_of(LoopWatch::Nanos time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

}  // namespace

void WatchedLoop::run(boost::asio::io_context& context) {
  begin(context);
  do {
    context.run();
  } while (answer());
}

void WatchedLoop::begin(boost::asio::io_context& context) {
  ::pthread_getcpuclockid(::pthread_self(), &cpu_clock_);
  running_.store(true, std::memory_order_release);
  const std::lock_guard lock(mutex_);
  context_ = &context;
}

/// Makes `context_` return after the running handler. Returns false if the loop does not run.
bool WatchedLoop::probe() {
  const std::lock_guard lock(mutex_);
  if (!context_) return false;
  probed_ = true;
  context_->stop();
  return true;
}

/// Answers the probe that stopped the context; returns false if the context ran out of work
/// instead.
bool WatchedLoop::answer() {
  const std::lock_guard lock(mutex_);
  if (!probed_) {
    running_.store(false, std::memory_order_release);
    context_ = nullptr;
    return false;
  }
  probed_ = false;
  answers_.fetch_add(1, std::memory_order_release);
  context_->restart();
  return true;
}

LoopWatch::~LoopWatch() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  if (slowest() == Nanos(0)) return;
  spdlog::info("loop: slowest handler ms={} route={}", ms_of(slowest()), slowest_route_);
}

WatchedLoop& LoopWatch::add(std::function<std::string_view()> last_route) {
  loops_.push_back(std::make_unique<Watched>(std::move(last_route)));
  return loops_.back()->loop;
}

void LoopWatch::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

void LoopWatch::run(const std::stop_token& stop) {
  name_thread("kith-watch");
  while (!stop.stop_requested()) {
    for (const auto& each : loops_) sample(*each);
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, limits::loop_sample_interval, [] { return false; });
  }
}

/// This thread may itself wait for a core at any point, while the loop runs many handlers. The
/// clock is therefore read before the answers: without an answer, a single handler has used all the
/// time.
void LoopWatch::sample(Watched& watched) {
  if (!watched.loop.running_.load(std::memory_order_acquire)) return note_end(watched);
  const Nanos now = cpu_time(watched.loop.cpu_clock_);
  const std::uint64_t answers = watched.loop.answers_.load(std::memory_order_acquire);
  if (watched.probed && answers == watched.answers) {
    note_running(watched, now - watched.since);
    return;
  }
  if (watched.probed) {
    note_end(watched);
    watched.probed = false;
    watched.answers = answers;
    watched.since = now;
  }
  constexpr Nanos idle_max = std::chrono::microseconds(100);  // between two samples
  if (now - watched.since > idle_max) probe(watched);
}

void LoopWatch::probe(Watched& watched) {
  watched.probed = watched.loop.probe();
  watched.since = cpu_time(watched.loop.cpu_clock_);
}

void LoopWatch::note_running(Watched& watched, Nanos held) {
  if (held > slowest()) {
    slowest_ns_.store(held.count(), std::memory_order_relaxed);
    slowest_route_ = watched.loop.last_route_();
  }
  if (held < hold_max_) return;
  if (watched.held == Nanos(0)) {
    holds_.fetch_add(1, std::memory_order_relaxed);
    watched.route = watched.loop.last_route_();
  }
  watched.held = held;
  if (held - watched.noted < limits::loop_hold_note_interval) return;
  watched.noted = held;
  spdlog::warn("loop: still held ms={} route={}", ms_of(held), watched.route);
}

void LoopWatch::note_end(Watched& watched) {
  if (watched.held == Nanos(0)) return;
  spdlog::warn("loop: held ms={} route={}", ms_of(watched.held), watched.route);
  watched.held = watched.noted = Nanos(0);
}

}  // namespace kith::service
