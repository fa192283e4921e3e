#include "cli/progress_bar.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include <fmt/core.h>
#include <unistd.h>

namespace kith::cli {

using namespace std::chrono_literals;

namespace {

constexpr auto bar_interval = 100ms;
constexpr auto line_interval = 5s;

std::atomic<bool> interrupted = false;

/// The second signal does not wait for an unresponsive database.
void interrupt(int signal) {
  constexpr int shells_offset = 128;
  if (interrupted.exchange(true)) std::_Exit(shells_offset + signal);
}

void on_interrupt(void (*handler)(int)) {
  std::signal(SIGINT, handler);
  std::signal(SIGTERM, handler);
}

/// Returns `1,234,567`.
std::string grouped(std::int64_t number) {
  std::string out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3;) out.insert(at -= 3, ",");
  return out;
}

std::string bar(std::int64_t percent) {
  constexpr int width = 20;
  const auto filled = static_cast<std::size_t>(percent * width / 100);
  return "[" + std::string(filled, '#') + std::string(width - filled, ' ') + "] ";
}

/// Ignores write errors: a closed terminal or a full disk must not end the work.
void put(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

std::int64_t percent_of(std::int64_t done, std::int64_t total) {
  return total > 0 ? std::min<std::int64_t>(100, done * 100 / total) : 100;
}

}  // namespace

std::string progress_text(std::string_view what, std::int64_t done, std::int64_t total,
                          double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  std::string out = fmt::format("{:<8} {:3} %  {} of {}", what, percent_of(done, total),
                                grouped(done), grouped(total));
  if (rate >= 1) out += fmt::format("  {}/s", grouped(static_cast<std::int64_t>(rate)));
  if (done < total && rate >= 1) {
    out += fmt::format("  {:.0f} s left", static_cast<double>(total - done) / rate);
  } else {
    out +=
        done < total ? fmt::format("  for {:.0f} s", seconds) : fmt::format("  {:.1f} s", seconds);
  }
  return out;
}

ProgressBar::ProgressBar(Ending ending)
    : terminal_(::isatty(STDERR_FILENO) == 1),
      ending_(ending),
      shower_([this](const std::stop_token& stop) { keep_showing(stop); }) {
  if (ending_ == Ending::work) on_interrupt(interrupt);
}

ProgressBar::~ProgressBar() {
  shower_.request_stop();
  shower_.join();
  if (terminal_ && !what_.empty()) put("\n");
  if (ending_ == Ending::work) on_interrupt(SIG_DFL);
}

void ProgressBar::keep_showing(const std::stop_token& stop) {
  const auto interval = terminal_ ? Clock::duration(bar_interval) : line_interval;
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait_for(lock, stop, interval, [] { return false; });
    if (stop.stop_requested()) return;
    if (!what_.empty()) show();
  }
}

void ProgressBar::begin(std::string_view what, std::int64_t total) {
  finish();
  const std::lock_guard lock(mutex_);
  what_ = what;
  total_ = total;
  done_ = 0;
  begun_at_ = Clock::now();
  if (terminal_) show();
}

void ProgressBar::add(std::int64_t rows) {
  if (interrupted) throw backup::Interrupted();
  done_ += rows;
}

void ProgressBar::finish() {
  const std::lock_guard lock(mutex_);
  if (what_.empty()) return;
  show();
  if (terminal_) put("\n");
  what_.clear();
}

/// REQUIRES: `mutex_` is held.
void ProgressBar::show() {
  const std::chrono::duration<double> seconds = Clock::now() - begun_at_;
  const std::int64_t done = done_;
  const std::string text = progress_text(what_, done, total_, seconds.count());
  put(terminal_ ? "\r" + bar(percent_of(done, total_)) + text + "\033[K" : text + "\n");
}

}  // namespace kith::cli
