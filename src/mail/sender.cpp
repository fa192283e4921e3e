#include "mail/sender.hpp"

#include <exception>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "base/limits.hpp"

namespace kith::mail {

namespace asio = boost::asio;
using Outcome = std::expected<std::string, Failure>;

Sender::Sender(asio::io_context& loop, store::Store& store, PostOffice office)
    : loop_(loop),
      store_(store),
      office_(std::move(office)),
      timer_(loop),
      workers_(limits::mails_in_flight_max, limits::mails_in_flight_max,
               "Too many mails are being sent.") {}

void Sender::start() {
  spdlog::info("mails go to {}", office_.transport.description());
  asio::co_spawn(loop_, repeat(), asio::detached);
}

void Sender::stop() {
  stopping_.request_stop();
  timer_.cancel();
}

/// A mail that has left cancels the timer: the next one need not wait for the second to pass.
Task<void> Sender::repeat() {
  while (!stopping_.stop_requested()) {
    std::chrono::milliseconds delay = limits::mail_poll_interval;
    try {
      co_await send_due();
    } catch (const std::exception& broken) {
      spdlog::error("mail: {}", broken.what());
      delay = limits::mail_poll_error_delay;
    }
    if (stopping_.stop_requested()) co_return;
    timer_.expires_after(delay);
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

Task<void> Sender::send_due() {
  const auto queued = co_await count_queued(store_);
  if (queued) counts_.queued.store(*queued, std::memory_order_relaxed);
  const std::size_t free = limits::mails_in_flight_max - in_flight_.size();
  if (!queued || *queued == 0 || free == 0) co_return;
  auto claimed = co_await claim_mails(store_, office_.clock.now(), free);
  if (!claimed) co_return;  // the store is busy: the next second is as good
  for (ClaimedMail& each : *claimed) {
    // The lease of one that is on its way ends early when the clock jumps ahead.
    if (!in_flight_.insert(each.id).second) continue;
    asio::co_spawn(loop_, deliver(std::move(each)), asio::detached);
  }
}

Task<void> Sender::deliver(ClaimedMail claimed) {
  try {
    const Outcome outcome = co_await hand_over(claimed);
    if (outcome) {
      spdlog::info("mail {}: {}", claimed.id.to_string(), *outcome);
      co_await record_sent(claimed);
    } else {
      co_await record_failure(claimed, outcome.error());
    }
  } catch (const std::exception& broken) {
    // The lease ends by itself, and the mail comes again.
    spdlog::error("mail {}: {}", claimed.id.to_string(), broken.what());
  }
  in_flight_.erase(claimed.id);
  timer_.cancel();
}

Task<Outcome> Sender::hand_over(const ClaimedMail& claimed) {
  const auto message =
      make_message(office_.letterhead, claimed.mail, claimed.id, claimed.created_at);
  if (!message) co_return std::unexpected(Failure{FailureKind::refused, message.error().detail});
  const auto stop = stopping_.get_token();
  auto sent =
      co_await workers_.run<Outcome>([&] { return office_.transport.send(*message, stop); });
  if (!sent) co_return std::unexpected(Failure{FailureKind::internal, sent.error().detail});
  co_return *std::move(sent);
}

/// Tries until the lease is over: a mail that was sent and is not noted would be sent again.
Task<void> Sender::record_sent(const ClaimedMail& claimed) {
  counts_.sent.fetch_add(1, std::memory_order_relaxed);
  asio::steady_timer pause(loop_);
  for (;;) {
    std::string why;
    try {
      const auto noted = co_await note_sent(store_, claimed.id, office_.clock.now());
      if (noted) co_return;
      why = noted.error().detail;
    } catch (const store::DatabaseError& broken) {
      why = broken.what();
    }
    if (stopping_.stop_requested() || office_.clock.now() >= claimed.lease_until) {
      throw store::DatabaseError("was sent, which could not be noted: " + why);
    }
    pause.expires_after(limits::mail_poll_interval);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

Task<void> Sender::record_failure(const ClaimedMail& claimed, const Failure& failure) {
  if (failure.kind == FailureKind::stopped) {
    static_cast<void>(co_await release_mail(store_, claimed));  // else the lease ends by itself
    co_return;
  }
  const auto kind = static_cast<std::size_t>(failure.kind);
  counts_.failures[kind].fetch_add(1, std::memory_order_relaxed);
  const auto verdict = co_await note_failure(store_, claimed, failure, office_.clock.now());
  if (!verdict) throw store::DatabaseError("was not sent: " + failure.reason);
  const std::string id = claimed.id.to_string();
  if (*verdict == Verdict::failed) {
    spdlog::error("mail {}: given up after {} tries: {}", id, claimed.attempts, failure.reason);
  } else {
    spdlog::warn("mail {}: try {} failed: {}", id, claimed.attempts, failure.reason);
  }
}

}  // namespace kith::mail
