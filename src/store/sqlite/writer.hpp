#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "store/completion.hpp"
#include "store/fair_queue.hpp"
#include "store/sqlite/connection.hpp"

namespace kith::store::sqlite {

using Written = Result<WrittenRows>;

/// A batch that waits for the writer.
struct WriteRequest {
  AccountId account;                      ///< whose turn in the queue it takes
  std::span<const Statement> statements;  ///< live in the waiting coroutine
  boost::asio::any_io_executor loop;      ///< where `done` must be called
  Completion<Written> done;
};

/// The state of the write-ahead log that readers need.
struct LogState {
  std::atomic<std::uint64_t> commits = 0;  ///< raised before any of them is acknowledged
  std::atomic<int> pages = 0;
};

/// The only thread that writes. It runs the waiting requests in one transaction and acknowledges
/// them after the commit, so that the disk is synced once per group and not once per request. A
/// failed request does not affect the others. Accounts are served in turn, and a group has a
/// bounded number of statements, so that a bulk writer does not delay the others.
class Writer {
 public:
  explicit Writer(const std::string& path);
  /// Finishes the queued requests.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Queues a request. Returns false, and leaves the request untouched, when the queue or the
  /// account's share of it is full.
  bool submit(WriteRequest& request);

  const LogState& log() const { return log_; }

 private:
  struct Finished {
    WriteRequest request;
    std::exception_ptr error;
    Written result;
  };

  void run();
  std::vector<WriteRequest> take_group();
  std::vector<Finished> apply(std::vector<WriteRequest> group);

  /// Applies all requests without a savepoint for each, which would copy every changed page.
  /// Returns false, and applies nothing, when a request fails.
  bool apply_together(std::vector<Finished>& finished);

  /// Applies each request in a savepoint, so that a failure affects only that request.
  void apply_apart(std::vector<Finished>& finished);
  WrittenRows run(const WriteRequest& request);
  void apply_one(Finished& each);
  static void acknowledge(std::vector<Finished> finished);
  void empty_log();

  /// Called by SQLite after each commit; checkpoints the log when it has grown.
  static int look_at_log(void* self, sqlite3* database, const char* name, int pages);

  LogState log_;
  Connection connection_;
  std::mutex mutex_;
  std::condition_variable wake_;
  FairQueue<WriteRequest> queue_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses the members above
};

}  // namespace kith::store::sqlite
