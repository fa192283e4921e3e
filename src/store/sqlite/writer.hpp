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

/// What readers need to know of the write-ahead log.
struct LogState {
  std::atomic<std::uint64_t> commits = 0;  ///< counted before any of them is acknowledged
  std::atomic<int> pages = 0;
};

/// The one thread that writes. It takes the requests that wait into one transaction and
/// acknowledges them after the one commit: the disk is waited for once a group and not once a
/// request. When one of them fails, it fails alone. Accounts are served in turn, and a group has a
/// bounded number of statements, so that a bulk writer does not hold up the others.
class Writer {
 public:
  explicit Writer(const std::string& path);
  /// Finishes what is queued.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  /// Queues a request; false (and the request is untouched) when the queue is full, or the
  /// account's share of it.
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

  /// Applies all without a savepoint for each, which would copy every page that is changed. False,
  /// and nothing is applied, when one of them fails.
  bool apply_together(std::vector<Finished>& finished);

  /// Applies each so that its failure is its own.
  void apply_apart(std::vector<Finished>& finished);
  WrittenRows run(const WriteRequest& request);
  void apply_one(Finished& each);
  static void acknowledge(std::vector<Finished> finished);
  void empty_log();

  /// SQLite calls it after a commit; brings the log into the database when it has grown.
  static int look_at_log(void* self, sqlite3* database, const char* name, int pages);

  LogState log_;
  Connection connection_;
  std::mutex mutex_;
  std::condition_variable wake_;
  FairQueue<WriteRequest> queue_;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace kith::store::sqlite
