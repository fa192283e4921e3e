#include "store/postgres/pool.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include <boost/asio/post.hpp>
#include <spdlog/spdlog.h>

namespace kith::store::postgres {

void Pool::fail(Request& request, Failure::Kind kind, const std::string& why) {
  request.done(nullptr, std::unexpected(Failure{kind, {}, why}));
}

bool Pool::is_late(const Request& request) {
  return request.deadline <= std::chrono::steady_clock::now();
}

void Pool::run(Request request) {
  if (is_late(request)) {
    return fail(request, Failure::Kind::late, "its time was over before it was sent");
  }
  while (const auto pipeline = waiting_.empty() ? choose() : nullptr) {
    if (pipeline->send(request)) return;
    lose(pipeline, "it was closed");
  }
  grow();
  if (ready_.empty() && unreachable_) return fail(request, Failure::Kind::unreachable, why_);
  if (waiting_.size() >= options_.queue_max) {
    return fail(request, Failure::Kind::queue_full, "the queue is full");
  }
  if (request.deadline < watched_) watch(request.deadline);
  waiting_.push_back(std::move(request));
}

/// The first that is free; null when there is none. So nobody waits behind a slow read while
/// another connection is free, and whoever comes while all are at work leaves together: the busier,
/// the fewer wake-ups for each.
std::shared_ptr<Pipeline> Pool::choose() {
  for (;;) {
    const auto free = std::ranges::find_if(ready_, [&](const std::shared_ptr<Pipeline>& each) {
      return each->is_free() && each->depth() < options_.depth_max;
    });
    if (free == ready_.end()) return nullptr;
    const auto chosen = *free;
    if (chosen->is_alive()) return chosen;
    lose(chosen, "it was closed");
  }
}

void Pool::grow() {
  if (ready_.size() + wanted_ >= options_.connections_max) return;
  ++wanted_;
  connector_.request(options_.kind,
                     [loop = loop_, weak = weak_from_this()](Connector::Attempt attempt) {
                       if (weak.expired()) return false;
                       boost::asio::post(loop, [weak, attempt = std::move(attempt)]() mutable {
                         if (const auto self = weak.lock()) self->note(std::move(attempt));
                       });
                       return true;
                     });
}

void Pool::note(Connector::Attempt attempt) {
  if (attempt.connection) {
    --wanted_;
    try {
      return adopt(std::move(attempt.connection));
    } catch (const std::system_error& failed) {  // no file descriptor left
      spdlog::error("database: a new connection cannot be used: {}", failed.what());
      attempt = {nullptr, failed.what(), true};
    }
  }
  if (!ready_.empty()) return;  // there is one less, and all goes on
  // A statement that could not be prepared yet, because somebody changes a table, is waited for.
  if (!attempt.unreachable) return;
  unreachable_ = true;
  why_ = attempt.why;
  const auto self = shared_from_this();
  auto refused = std::exchange(waiting_, {});
  unwatch();
  for (Request& each : refused) fail(each, Failure::Kind::unreachable, why_);
}

void Pool::adopt(Handle connection) {
  unreachable_ = false;
  const auto pipeline = std::make_shared<Pipeline>(loop_, std::move(connection), options_.kind);
  pipeline->listen({.progressed =
                        [weak = weak_from_this()] {
                          if (const auto self = weak.lock()) self->send_waiting();
                        },
                    .broke =
                        [weak = weak_from_this()](const std::shared_ptr<Pipeline>& broken,
                                                  const std::string& why) {
                          if (const auto self = weak.lock()) self->lose(broken, why);
                        }});
  ready_.push_back(pipeline);
  options_.stats->connected.add(1);
  send_waiting();
}

void Pool::send_waiting() {
  std::vector<Request> late;
  while (!waiting_.empty()) {
    if (is_late(waiting_.front())) {
      late.push_back(std::move(waiting_.front()));
      waiting_.pop_front();
      continue;
    }
    const auto pipeline = choose();
    if (!pipeline) break;
    if (pipeline->send(waiting_.front())) {
      waiting_.pop_front();
    } else {
      lose(pipeline, "it was closed");
    }
  }
  if (waiting_.empty()) unwatch();
  refuse_late(late);
}

void Pool::refuse_late(std::vector<Request>& late) {
  const auto self = shared_from_this();
  for (Request& each : late) fail(each, Failure::Kind::late, "its time was over in the queue");
}

/// Nothing else may happen for long, when a server hangs. Nobody has waited, mostly, and then there
/// is no timer.
void Pool::watch(std::chrono::steady_clock::time_point deadline) {
  watched_ = deadline;
  timer_.expires_at(deadline);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!error && self) self->end_late();
  });
}

/// So that the loop may end when there is nothing else.
void Pool::unwatch() {
  if (watched_ == never) return;
  watched_ = never;
  timer_.cancel();
}

/// The deadlines are not in order: who comes a second time, or waited for a turn before, began
/// earlier than those in front.
void Pool::end_late() {
  watched_ = never;
  std::vector<Request> late;
  auto earliest = never;
  for (Request& each : std::exchange(waiting_, {})) {
    if (is_late(each)) {
      late.push_back(std::move(each));
    } else {
      earliest = std::min(earliest, each.deadline);
      waiting_.push_back(std::move(each));
    }
  }
  if (!waiting_.empty()) watch(earliest);
  refuse_late(late);
}

void Pool::lose(const std::shared_ptr<Pipeline>& pipeline, const std::string& why) {
  if (std::erase(ready_, pipeline) == 0) return;
  options_.stats->disconnected.add(1);
  spdlog::info("database: a connection was lost: {}", why);
  grow();
}

}  // namespace kith::store::postgres
