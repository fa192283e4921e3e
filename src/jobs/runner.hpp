#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/fields.hpp"
#include "base/limits.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "store/store.hpp"

namespace kith::jobs {

/// A periodic job.
struct Job {
  std::string_view name;
  std::chrono::seconds interval;
  /// Does the work as of `now` and returns the number of processed items. Errors and exceptions are
  /// logged, and the job is retried after `limits::job_retry_delay`.
  std::function<Task<Result<int>>(store::Store& store, Time now)> run;
  /// How long a crashed instance keeps the job from the others; renewed while the job runs.
  std::chrono::microseconds lease = limits::job_lease;
  /// Returns whether there is work that cannot wait until the job is due; called when an instance
  /// starts.
  std::function<Task<Result<bool>>(store::Store& store)> is_wanted_at_start = {};
};

/// The state of a job across all instances.
struct JobState {
  std::string name;
  Time due_at;
  std::optional<Time> started_at;
  std::optional<Time> finished_at;
  std::optional<Time> succeeded_at;
  std::int64_t failures = 0;
  std::optional<std::string> error;

  static std::string schema_name() { return "Job"; }
  static constexpr auto fields() {
    return kith::fields(field("name", &JobState::name),
                        field("due_at", &JobState::due_at, {.doc = "UTC."}),
                        field("started_at", &JobState::started_at,
                              {.doc = "UTC; the start of the last run on any instance."}),
                        field("finished_at", &JobState::finished_at,
                              {.doc = "UTC; earlier than `started_at` while the job runs."}),
                        field("succeeded_at", &JobState::succeeded_at, {.doc = "UTC."}),
                        field("failures", &JobState::failures,
                              {.doc = "Number of failures since the last success."}),
                        field("error", &JobState::error,
                              {.doc = "Reason of the last failure; null after a success."}));
  }
};

/// Returns the state of all jobs that have ever been due. Errors: `unavailable` from the store.
Task<Result<std::vector<JobState>>> job_states(store::Store& store);

/// Whether a job runs only when it is due, or now.
enum class Turn : std::uint8_t { when_due, now };

/// Runs a job. Returns false if another instance is running it, or, with `when_due`, has just run
/// it. Errors: the job's failure, exceptions included. Throws when the failure cannot be recorded.
Task<Result<bool>> run_job(store::Store& store, const Job& job, Time now, Turn turn);

/// What this process knows of a job; readable on any thread.
struct JobCounts {
  std::string_view name;
  std::atomic<std::uint64_t> succeeded = 0;
  std::atomic<std::uint64_t> failed = 0;
  std::atomic<std::int64_t> succeeded_at = 0;  ///< UTC in microseconds, on any instance; 0: never
};

/// Runs due jobs on one loop, each independently: a failing or slow job delays neither the other
/// jobs nor requests. A leased row ensures that only one instance runs a job at a time.
class JobRunner {
 public:
  /// REQUIRES: all outlive the loop's run.
  JobRunner(boost::asio::io_context& loop, store::Store& store, std::vector<Job> jobs);

  void start();

  /// Starts no further runs, so that the loop runs out of work. REQUIRES: called on the loop's
  /// thread.
  void stop();

  const std::vector<std::unique_ptr<JobCounts>>& counts() const { return counts_; }

 private:
  Task<void> repeat(std::size_t number);
  Task<void> run_at_start(std::size_t number);
  Task<void> run_when_due(std::size_t number);
  Task<void> run(std::size_t number, Turn turn);

  boost::asio::io_context& loop_;
  store::Store& store_;
  std::vector<Job> jobs_;
  std::vector<std::unique_ptr<JobCounts>> counts_;
  std::vector<std::unique_ptr<boost::asio::steady_timer>> timers_;
  bool stopping_ = false;
  Clock clock_;
};

}  // namespace kith::jobs
