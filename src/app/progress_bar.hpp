#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "backup/progress.hpp"

namespace kith::app {

/// Long work of a command on stderr: on a terminal a bar that moves, else a plain line every few
/// seconds. While it lives, Ctrl-C and SIGTERM end the work at its next step.
class ProgressBar : public backup::Progress {
 public:
  ProgressBar();
  ~ProgressBar() override;
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  void begin(std::string_view what, std::int64_t total) override;
  void add(std::int64_t rows) override;

  /// Shows that the last stretch is done.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;

  void show();

  bool terminal_;
  std::string what_;
  std::int64_t total_ = 0;
  std::int64_t done_ = 0;
  Clock::time_point begun_at_;
  Clock::time_point shown_at_;
};

/// What stands on the line: `backup   42 %  420,000 of 1,000,000  83,000/s  7 s left`.
std::string progress_text(std::string_view what, std::int64_t done, std::int64_t total,
                          double seconds);

}  // namespace kith::app
