#include "store/sqlite/scanner.hpp"

#include <boost/asio/post.hpp>

#include "base/limits.hpp"
#include "base/threads.hpp"

namespace kith::store::sqlite {

namespace {

/// SQLite's virtual machine instructions between two checks of the clock, about 0.1 ms.
constexpr int instructions_per_check = 10'000;

}  // namespace

Scanner::Scanner(const std::string& path) : connection_(path, Mode::read) {
  sqlite3_progress_handler(connection_.handle(), instructions_per_check, &Scanner::is_late, this);
  thread_ = std::thread([this] { run(); });
}

Scanner::~Scanner() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

bool Scanner::submit(ScanRequest& request) {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() >= limits::read_queue_max) return false;
    queue_.push_back(std::move(request));
  }
  wake_.notify_one();
  return true;
}

int Scanner::is_late(void* self) {
  return std::chrono::steady_clock::now() > static_cast<Scanner*>(self)->deadline_ ? 1 : 0;
}

void Scanner::run() {
  name_thread("kith-scanner");
  for (;;) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    ScanRequest request = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    scan(std::move(request));
  }
}

void Scanner::scan(ScanRequest request) {
  deadline_ = request.deadline;
  Result<Rows> result =
      refuse(Errc::unavailable, "The request took too long. Narrow it or try again.");
  std::exception_ptr error;
  try {
    if (std::chrono::steady_clock::now() < deadline_) {
      result = connection_.run(*request.query, *request.values);
    }
  } catch (const SqliteError& failed) {
    if (failed.code() != SQLITE_INTERRUPT) error = std::current_exception();
  } catch (const DatabaseError&) {
    error = std::current_exception();
  }
  const auto loop = request.loop;
  boost::asio::post(loop,
                    [done = std::move(request.done), error, result = std::move(result)]() mutable {
                      done(error, std::move(result));
                    });
}

}  // namespace kith::store::sqlite
