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

/// The effect of Ctrl-C and SIGTERM.
enum class Ending : std::uint8_t {
  work,     ///< end the work at its next step; the second signal ends the program
  program,  ///< end the program at once: the work is atomic
};

/// Shows the progress of long work on stderr: a progress bar on a terminal, otherwise a plain line
/// every few seconds, also while a single step takes long.
class ProgressBar : public backup::Progress {
 public:
  explicit ProgressBar(Ending ending = Ending::work);
  ~ProgressBar() override;
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void begin(std::string_view what, std::int64_t total) override;
  void add(std::int64_t rows) override;

  /// Shows that the last phase is done.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  void keep_showing(const std::stop_token& stop);
  void show();

  const bool terminal_;
  const Ending ending_;
  std::mutex mutex_;
  std::string what_;  ///< empty: no work is in progress
  std::int64_t total_ = 0;
  std::atomic<std::int64_t> done_ = 0;
  Clock::time_point begun_at_;
  std::condition_variable_any wake_;
  std::jthread shower_;  // last: it uses all of the above
};

/// Returns the text of the line: `backup   42 %  420,000 of 1,000,000  83,000/s  7 s left`.
std::string progress_text(std::string_view what, std::int64_t done, std::int64_t total,
                          double seconds);

}  // namespace kith::cli
