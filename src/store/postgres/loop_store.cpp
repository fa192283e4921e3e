#include "store/postgres/loop_store.hpp"

#include <utility>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/jitter.hpp"
#include "base/limits.hpp"
#include "store/rows.hpp"

namespace kith::store::postgres {

namespace {

// The first statement of each batch. From here on, the batch's guards see everything committed for
// the account, and no other batch writes to the account until this one ends, on any instance.
// SQLite's single writer gives the same guarantee without it. An account that does not exist yet
// has no row and no concurrent writers.
const Query lock_account{
    "store.lock_account", "select account_id from account_rev where account_id = $1",
    "select account_id from account_rev where account_id = $1 for no key update"};

/// Returns whether the failure is a deadlock or a serialization failure.
bool is_worth_another_try(const Failure& failure) {
  return failure.kind == Failure::Kind::refused &&
         (failure.state == "40001" || failure.state == "40P01");
}

/// Returns whether a value is taken, a row would refer to one that is gone, or the statement
/// refuses its batch.
bool is_conflict(const Failure& failure) {
  constexpr std::string_view not_null_violation = "23502";
  const std::string_view state = failure.state;
  return state == "23505" || state == "23503" || state == "23P01" ||
         (state == not_null_violation && failure.column == refusing_column);
}

/// Returns the client's error for a statement that the server refused, or nothing when it is a
/// fault of this program.
std::optional<Error> refusal_of(const Failure& failure) {
  const std::string_view state = failure.state;
  const auto unavailable = [](const char* detail) {
    return Error{.code = Errc::unavailable, .detail = detail};
  };
  if (is_conflict(failure)) {
    return Error{.code = Errc::conflict,
                 .detail = "Another request changed this at the same time. Try again."};
  }
  if (state == "40001" || state == "40P01" || state == "55P03") {
    return unavailable("The database is busy. Try again shortly.");
  }
  if (state == "57014") return unavailable("The request took too long. Narrow it or try again.");
  if (state == "53100") {
    return Error{.code = Errc::disk_full,
                 .detail = "The server has no disk space left. Nothing was changed."};
  }
  if (state.starts_with("53")) return unavailable("The database is overloaded. Try again shortly.");
  return std::nullopt;
}

/// Returns the client's error for a failure, or throws if there is none. REQUIRES: `failure` is of
/// a read, or of a write that took no effect.
std::unexpected<Error> refusal(const Failure& failure) {
  using enum Failure::Kind;
  switch (failure.kind) {
    case refused:
      if (auto known = refusal_of(failure)) return std::unexpected(*std::move(known));
      throw DatabaseError(failure.text);
    case garbled: throw DatabaseError(failure.text);
    case queue_full: return refuse(Errc::unavailable, "The server is busy. Try again shortly.");
    case late:
      return refuse(Errc::unavailable, "The request took too long. Narrow it or try again.");
    default: return refuse(Errc::unavailable, "The database cannot be reached. Try again shortly.");
  }
}

std::shared_ptr<Pool> make_pool(const boost::asio::any_io_executor& loop, Connector& connector,
                                PoolOptions options) {
  return std::make_shared<Pool>(loop, connector, std::move(options));
}

}  // namespace

LoopStore::LoopStore(boost::asio::any_io_executor loop, Connector& connector,
                     const Catalogue& catalogue)
    : loop_(std::move(loop)),
      catalogue_(catalogue),
      points_(make_pool(
          loop_, connector,
          {ConnectionKind::point, limits::point_connections_max, limits::point_pipeline_depth_max,
           limits::point_queue_max, stats_of(Lane::point)})),
      writes_(make_pool(loop_, connector,
                        {ConnectionKind::write, limits::write_connections_max, 1,
                         limits::write_queue_max, stats_of(&StoreStats::writes)})),
      scans_(make_pool(loop_, connector,
                       {ConnectionKind::scan, limits::scan_connections_max, 1,
                        limits::read_queue_max, stats_of(Lane::scan)})),
      account_queue_(loop_) {}

Step LoopStore::step_of(const Query& query, const Values& values) const {
  const Described& statement = catalogue_.of(query);
  if (const auto wrong = mismatch(statement, values)) throw DatabaseError(*wrong);
  return {&statement, &values};
}

Task<Outcome> LoopStore::run(Pool& pool, std::span<const Step> steps, Deadline deadline) {
  co_return co_await wait_for<Outcome>(
      loop_, [&](Completion<Outcome> done) { pool.run({steps, deadline, std::move(done)}); });
}

Task<Result<Rows>> LoopStore::read(const Query& query, Values values, Lane lane) {
  Call call(stats_of(lane));
  const Step step = step_of(query, values);
  const bool point = lane == Lane::point;
  Pool& chosen = point ? *points_ : *scans_;
  const Deadline deadline =
      std::chrono::steady_clock::now() + (point ? limits::point_deadline : limits::scan_deadline);
  Outcome outcome = co_await read_with_retries(chosen, step, deadline);
  if (!outcome) co_return call.end<Rows>(refusal(outcome.error()));
  co_return call.end<Rows>(std::move(outcome->front()));
}

Task<Outcome> LoopStore::read_with_retries(Pool& pool, const Step& step, Deadline deadline) {
  bool lost = false;
  for (int retries = 0;; ++retries) {
    Outcome outcome = co_await run(pool, {&step, 1}, deadline);
    if (outcome || retries == limits::transaction_retries_max) co_return outcome;
    const bool was_lost = outcome.error().kind == Failure::Kind::lost;
    // Most undone reads never ran: another request's read earlier in the pipeline failed.
    const bool again =
        outcome.error().kind == Failure::Kind::undone || (was_lost && !std::exchange(lost, true));
    if (!again) co_return outcome;
  }
}

Task<Outcome> LoopStore::write_with_retries(std::span<const Step> steps, Deadline deadline) {
  std::chrono::microseconds pause = limits::transaction_retry_delay;
  bool moved = false;
  for (int retries = 0;;) {
    Outcome outcome = co_await run(*writes_, steps, deadline);
    if (outcome) co_return outcome;
    if (outcome.error().kind == Failure::Kind::undone && !std::exchange(moved, true)) continue;
    if (!is_worth_another_try(outcome.error()) || retries == limits::transaction_retries_max) {
      co_return outcome;
    }
    ++retries;
    boost::asio::steady_timer timer(loop_, with_jitter(pause));
    co_await timer.async_wait(boost::asio::use_awaitable);
    pause *= 2;
  }
}

Task<Result<WrittenRows>> LoopStore::write(AccountId account, Batch batch) {
  Call call(stats_of(&StoreStats::writes));
  const Values account_value = values(account);
  std::vector<Step> steps{step_of(lock_account, account_value)};
  for (const Statement& each : batch.statements())
    steps.push_back(step_of(each.query, each.values));
  const Deadline deadline = std::chrono::steady_clock::now() + limits::write_deadline;
  const auto turn = co_await account_queue_.take(account);
  if (!turn) {
    co_return call.end<WrittenRows>(
        refuse(Errc::unavailable, "Too many writes are queued. Try again shortly."));
  }
  Outcome outcome = co_await write_with_retries(steps, deadline);
  if (outcome) {
    outcome->erase(outcome->begin());
    co_return call.end<WrittenRows>(WrittenRows(*std::move(outcome)));
  }
  if (outcome.error().kind == Failure::Kind::lost) {
    throw DatabaseError("a write may or may not have taken effect: " + outcome.error().text);
  }
  co_return call.end<WrittenRows>(refusal(outcome.error()));
}

}  // namespace kith::store::postgres
