#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <set>
#include <stop_token>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/task.hpp"
#include "base/time.hpp"
#include "base/workers.hpp"
#include "mail/message.hpp"
#include "mail/outbox.hpp"
#include "mail/transport.hpp"
#include "store/store.hpp"

namespace kith::mail {

/// The dependencies of a sender.
struct PostOffice {
  Transport& transport;
  Letterhead letterhead;
  Clock clock = {};
};

/// Counters of this process; readable on any thread.
struct SenderCounts {
  std::atomic<int> queued = 0;  ///< of all instances, as of the last count
  std::atomic<std::uint64_t> sent = 0;
  std::array<std::atomic<std::uint64_t>, names_of(FailureKind{}).size()> failures{};
};

/// Sends the mails in the outbox, on one loop: polls every second for due mails, claims them with a
/// lease so that only one instance sends each, and passes them to the transport on a thread.
///
/// A mail is sent at least once: a process that dies between the transport's confirmation and the
/// commit leaves a lease behind. After it expires, the same message is sent again, with the same
/// Message-ID.
class Sender {
 public:
  /// REQUIRES: all outlive the loop's run.
  Sender(boost::asio::io_context& loop, store::Store& store, PostOffice office);

  void start();

  /// Claims no further mails and abandons those that are not being transmitted yet, so that the
  /// loop runs out of work. REQUIRES: called on the loop's thread.
  void stop();

  const SenderCounts& counts() const { return counts_; }

 private:
  Task<void> repeat();
  Task<void> send_due();
  Task<void> deliver(ClaimedMail claimed);
  Task<std::expected<std::string, Failure>> hand_over(const ClaimedMail& claimed);
  Task<void> record_sent(const ClaimedMail& claimed);
  Task<void> record_failure(const ClaimedMail& claimed, const Failure& failure);

  boost::asio::io_context& loop_;
  store::Store& store_;
  PostOffice office_;
  boost::asio::steady_timer timer_;
  std::stop_source stopping_;
  std::set<MailId> in_flight_;
  SenderCounts counts_;
  Workers workers_;  // last, so destroyed first: its threads use the others
};

}  // namespace kith::mail
