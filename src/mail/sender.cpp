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
               "Too many mails are being sent. Try again shortly.") {}

void Sender::start() {
  spdlog::info("mail: sending to {}", office_.transport.description());
  asio::co_spawn(loop_, repeat(), asio::detached);
}

void Sender::stop() {
  stopping_.request_stop();
  timer_.cancel();
}

/// Polls the outbox. A mail that was sent cancels the timer, so that the next mail need not wait
/// for the full second.
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
  if (!claimed) co_return;  // the store is busy: retry at the next poll
  for (ClaimedMail& each : *claimed) {
    // If the clock jumps ahead, the lease of a mail in flight ends early.
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
    // The lease expires by itself, and the mail is retried.
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

/// Retries until the lease ends: a mail that was sent without a record of it would be sent again.
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
      throw store::DatabaseError("sent, but this could not be recorded: " + why);
    }
    pause.expires_after(limits::mail_poll_interval);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

Task<void> Sender::record_failure(const ClaimedMail& claimed, const Failure& failure) {
  if (failure.kind == FailureKind::stopped) {
    static_cast<void>(co_await release_mail(store_, claimed));  // else the lease expires
    co_return;
  }
  const auto kind = static_cast<std::size_t>(failure.kind);
  counts_.failures[kind].fetch_add(1, std::memory_order_relaxed);
  const auto verdict = co_await note_failure(store_, claimed, failure, office_.clock.now());
  if (!verdict) throw store::DatabaseError("not sent: " + failure.reason);
  const std::string id = claimed.id.to_string();
  if (*verdict == Verdict::failed) {
    spdlog::error("mail {}: given up after {} attempts: {}", id, claimed.attempts, failure.reason);
  } else {
    spdlog::warn("mail {}: attempt {} failed: {}", id, claimed.attempts, failure.reason);
  }
}

}  // namespace kith::mail
