#include "jobs/runner.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <spdlog/spdlog.h>

#include "base/explain.hpp"
#include "base/jitter.hpp"
#include "base/limits.hpp"
#include "store/rows.hpp"

namespace kith::jobs {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using store::Query;
using store::values;

namespace {

const Query select_jobs{
    "jobs.list", "select " + store::column_list(JobState::fields()) + " from jobs order by name"};

// A new job is due shortly after the first start.
const Query insert_job{"jobs.insert",
                       "insert into jobs (name, due_at, lease_until, failures) "
                       "values ($1, $2, 0, 0) on conflict (name) do nothing"};
const Query select_due{"jobs.due", "select due_at, succeeded_at from jobs where name = $1"};
const Query take_job{"jobs.take",
                     "update jobs set lease_until = $3, started_at = $2 "
                     "where name = $1 and lease_until < $2 returning name"};
// Another instance may have run the job since it was found to be due.
const Query take_due_job{"jobs.take_due",
                         "update jobs set lease_until = $3, started_at = $2 where name = $1 "
                         "and lease_until < $2 and due_at <= $2 returning name"};
// A runner whose lease has expired must not touch a newer run.
const Query renew_lease{"jobs.renew",
                        "update jobs set lease_until = $3 "
                        "where name = $1 and started_at = $2 and lease_until > 0 returning name"};
const Query end_job{"jobs.end",
                    "update jobs set lease_until = 0, finished_at = $3, due_at = $4, "
                    "succeeded_at = $3, failures = 0, error = null "
                    "where name = $1 and started_at = $2"};
const Query fail_job{"jobs.fail",
                     "update jobs set lease_until = 0, finished_at = $3, due_at = $4, "
                     "failures = failures + 1, error = $5 where name = $1 and started_at = $2"};
const Query count_failures{"jobs.failures", "select failures from jobs where name = $1"};

/// Returns one minute after the first failure, doubled for each further one, up to the interval.
std::chrono::microseconds retry_delay(const Job& job, std::int64_t failures_before) {
  constexpr std::int64_t doublings_max = 20;
  const auto factor = std::int64_t{1} << std::min(failures_before, doublings_max);
  const std::chrono::microseconds delay = limits::job_retry_delay * factor;
  return std::min<std::chrono::microseconds>(delay, job.interval);
}

Task<Result<store::Rows>> note_success(store::Store& store, const Job& job, Time begun) {
  const Time now = Clock().now();
  const Time due_at = now + with_jitter(job.interval);
  co_return co_await store.write_one(store::no_account, end_job,
                                     values(job.name, begun, now, due_at));
}

Task<Result<store::Rows>> note_failure(store::Store& store, const Job& job, Time begun,
                                       const std::string& what) {
  const Time now = Clock().now();
  const auto rows = co_await store.read(count_failures, values(job.name));
  const auto before = rows && !rows->empty() ? store::read_column<std::int64_t>(*rows, "failures")
                                             : std::int64_t{0};
  const Time due_at = now + with_jitter(retry_delay(job, before));
  co_return co_await store.write_one(store::no_account, fail_job,
                                     values(job.name, begun, now, due_at, what));
}

Task<Result<int>> run_caught(store::Store& store, const Job& job, Time begun) {
  try {
    co_return co_await job.run(store, begun);
  } catch (const std::exception& broken) {
    co_return refuse(Errc::unavailable, explain(broken));
  }
}

/// Renews the lease. Returns false if another instance has taken the job over.
Task<Result<bool>> renew(store::Store& store, const Job& job, Time begun) {
  const Time until = Clock().now() + job.lease;
  const auto renewed =
      co_await store.write_one(store::no_account, renew_lease, values(job.name, begun, until));
  if (!renewed) co_return std::unexpected(renewed.error());
  co_return !renewed->empty();
}

/// Renews the lease until the coroutine is cancelled.
Task<void> keep_lease(store::Store& store, const Job& job, Time begun) {
  constexpr int renewals = 3;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (;;) {
    timer.expires_after(job.lease / renewals);
    co_await timer.async_wait(asio::use_awaitable);
    try {
      const auto renewed = co_await renew(store, job, begun);
      if (!renewed) {
        spdlog::warn("job {}: the lease could not be renewed: {}", job.name,
                     renewed.error().detail);
      } else if (!*renewed) {
        spdlog::warn("job {}: the lease expired and another instance started the job", job.name);
      }
    } catch (const store::DatabaseError& broken) {
      spdlog::warn("job {}: the lease could not be renewed: {}", job.name, broken.what());
    }
  }
}

Task<Result<int>> run_leased(store::Store& store, const Job& job, Time begun) {
  using namespace asio::experimental::awaitable_operators;
  auto ended = co_await (run_caught(store, job, begun) || keep_lease(store, job, begun));
  co_return std::get<0>(std::move(ended));
}

}  // namespace

Task<Result<std::vector<JobState>>> job_states(store::Store& store) {
  const auto rows = co_await store.read(select_jobs, {});
  if (!rows) co_return std::unexpected(rows.error());
  co_return store::read_rows<JobState>(*rows);
}

Task<Result<bool>> run_job(store::Store& store, const Job& job, Time now, Turn turn) {
  const Time lease_until = now + job.lease;
  store::Batch batch;
  batch.add(insert_job, job.name, now);
  const Query& take = turn == Turn::when_due ? take_due_job : take_job;
  const auto taken = batch.add(take, job.name, now, lease_until);
  const auto written = co_await store.write(store::no_account, std::move(batch));
  if (!written) co_return std::unexpected(written.error());
  if ((*written)[taken].empty()) co_return false;
  const Result<int> done = co_await run_leased(store, job, now);
  const auto noted = done ? co_await note_success(store, job, now)
                          : co_await note_failure(store, job, now, done.error().detail);
  if (!done) co_return std::unexpected(done.error());
  if (!noted) co_return std::unexpected(noted.error());
  if (*done > 0) spdlog::info("job {}: processed {} items", job.name, *done);
  co_return true;
}

JobRunner::JobRunner(asio::io_context& loop, store::Store& store, std::vector<Job> jobs)
    : loop_(loop), store_(store), jobs_(std::move(jobs)) {
  for (const Job& job : jobs_) {
    counts_.push_back(std::make_unique<JobCounts>(job.name));
    timers_.push_back(std::make_unique<asio::steady_timer>(loop));
  }
}

void JobRunner::start() {
  for (std::size_t i = 0; i < jobs_.size(); ++i) {
    asio::co_spawn(loop_, repeat(i), asio::detached);
  }
}

void JobRunner::stop() {
  stopping_ = true;
  for (const auto& timer : timers_) timer->cancel();
}

/// Checks repeatedly whether the job is due, slightly later than its due time: another instance may
/// have run it meanwhile.
Task<void> JobRunner::repeat(std::size_t number) {
  constexpr auto first_delay = 2s;
  std::chrono::microseconds delay = with_jitter(first_delay);
  bool is_first = true;
  while (!stopping_) {
    timers_[number]->expires_after(delay);
    co_await timers_[number]->async_wait(asio::as_tuple(asio::use_awaitable));
    if (stopping_) co_return;
    try {
      if (std::exchange(is_first, false)) co_await run_at_start(number);
      if (stopping_) co_return;  // do not wait for a hanging database twice
      co_await run_when_due(number);
      delay = with_jitter(std::min<std::chrono::microseconds>(jobs_[number].interval, 1min));
    } catch (const std::exception& broken) {
      counts_[number]->failed.fetch_add(1, std::memory_order_relaxed);
      spdlog::error("job {}: {}", jobs_[number].name, explain(broken));
      delay = with_jitter(limits::job_retry_delay);
    }
  }
}

Task<void> JobRunner::run_at_start(std::size_t number) {
  const Job& job = jobs_[number];
  if (!job.is_wanted_at_start) co_return;
  const auto wanted = co_await job.is_wanted_at_start(store_);
  if (wanted && *wanted) co_await run(number, Turn::now);
}

Task<void> JobRunner::run_when_due(std::size_t number) {
  const Job& job = jobs_[number];
  const auto rows = co_await store_.read(select_due, values(job.name));
  if (!rows) co_return;
  JobCounts& counts = *counts_[number];
  if (!rows->empty()) {
    const auto last = store::read_column<std::optional<Time>>(*rows, "succeeded_at");
    if (last) counts.succeeded_at.store(last->micros, std::memory_order_relaxed);
    if (store::read_column<Time>(*rows, "due_at") > clock_.now()) co_return;
  }
  co_await run(number, Turn::when_due);
}

Task<void> JobRunner::run(std::size_t number, Turn turn) {
  const Job& job = jobs_[number];
  JobCounts& counts = *counts_[number];
  const auto done = co_await run_job(store_, job, clock_.now(), turn);
  if (!done) {
    counts.failed.fetch_add(1, std::memory_order_relaxed);
    spdlog::error("job {}: {}", job.name, done.error().detail);
  } else if (*done) {
    counts.succeeded.fetch_add(1, std::memory_order_relaxed);
    counts.succeeded_at.store(clock_.now().micros, std::memory_order_relaxed);
  }
}

}  // namespace kith::jobs
