#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "store/completion.hpp"
#include "store/sqlite/connection.hpp"

namespace kith::store::sqlite {

/// A read that waits for the scanner.
struct ScanRequest {
  const Query* query;
  const Values* values;  ///< lives in the waiting coroutine
  boost::asio::any_io_executor loop;
  std::chrono::steady_clock::time_point deadline;
  Completion<Result<Rows>> done;
};

/// A thread for reads that grow with the account, so that no loop waits for them. Each read has a
/// deadline, which includes its time in the queue.
class Scanner {
 public:
  explicit Scanner(const std::string& path);
  ~Scanner();
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;

  /// Queues a read. Returns false, and leaves the request untouched, when the queue is full.
  bool submit(ScanRequest& request);

 private:
  void run();
  void scan(ScanRequest request);
  static int is_late(void* self);

  Connection connection_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<ScanRequest> queue_;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point deadline_;
  std::thread thread_;  // last: it uses the members above
};

}  // namespace kith::store::sqlite
