#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include "backup/progress.hpp"

namespace kith::cli {

/// What Ctrl-C and SIGTERM end.
enum class Ending : std::uint8_t {
  work,     ///< the work, at its next step; a second time the program
  program,  ///< the program at once: the work leaves nothing half-done by itself
};

/// Long work of a command on stderr: on a terminal a bar that moves, else a plain line every few
/// seconds, also while a single step takes long.
class ProgressBar : public backup::Progress {
 public:
  explicit ProgressBar(Ending ending = Ending::work);
  ~ProgressBar() override;
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void begin(std::string_view what, std::int64_t total) override;
  void add(std::int64_t rows) override;

  /// Shows that the last stretch is done.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  void keep_showing(const std::stop_token& stop);
  void show();

  const bool terminal_;
  const Ending ending_;
  std::mutex mutex_;
  std::string what_;  ///< empty: nothing is under way
  std::int64_t total_ = 0;
  std::atomic<std::int64_t> done_ = 0;
  Clock::time_point begun_at_;
  std::condition_variable_any wake_;
  std::jthread shower_;  // last: it uses all of the above
};

/// What stands on the line: `backup   42 %  420,000 of 1,000,000  83,000/s  7 s left`.
std::string progress_text(std::string_view what, std::int64_t done, std::int64_t total,
                          double seconds);

}  // namespace kith::cli
