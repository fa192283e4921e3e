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
    return fail(request, Failure::Kind::late, "the deadline passed before it was sent");
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

/// Returns the first free connection, or null. Requests never wait behind a slow read while another
/// connection is free. While all are busy, requests are sent together: the higher the load, the
/// fewer wake-ups per request.
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
  if (!ready_.empty()) return;  // one connection fewer; the pool keeps working
  // A statement that cannot be prepared yet, because a table is being altered, is retried.
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
  for (Request& each : late) fail(each, Failure::Kind::late, "the deadline passed in the queue");
}

/// Arms the timer, because a hanging server may cause no other event for long. The timer runs only
/// while requests wait.
void Pool::watch(std::chrono::steady_clock::time_point deadline) {
  watched_ = deadline;
  timer_.expires_at(deadline);
  timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!error && self) self->end_late();
  });
}

/// Disarms the timer, so that the loop may end when it has no other work.
void Pool::unwatch() {
  if (watched_ == never) return;
  watched_ = never;
  timer_.cancel();
}

/// Fails overdue requests. Deadlines are not in order: retried requests, and those that waited in
/// an account queue, began earlier than those in front.
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
