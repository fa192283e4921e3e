#pragma once

#include <memory>
#include <span>

#include <boost/asio/any_io_executor.hpp>

#include "store/postgres/account_queue.hpp"
#include "store/postgres/pool.hpp"
#include "store/store.hpp"

namespace kith::store::postgres {

/// The store of one loop, with a lane for point reads, one for writes and one for scans.
class LoopStore : public Store {
 public:
  LoopStore(boost::asio::any_io_executor loop, Connector& connector, const Catalogue& catalogue);

  /// Gives the lane of point reads its first connection.
  void adopt(Handle connection) { points_->adopt(std::move(connection)); }

  Task<Result<Rows>> read(const Query& query, Values values, Lane lane) override;
  Task<Result<WrittenRows>> write(AccountId account, Batch batch) override;

 private:
  using Deadline = std::chrono::steady_clock::time_point;

  Task<Outcome> run(Pool& pool, std::span<const Step> steps, Deadline deadline);
  Task<Outcome> read_with_retries(Pool& pool, const Step& step, Deadline deadline);
  Task<Outcome> write_with_retries(std::span<const Step> steps, Deadline deadline);

  /// Returns a step for the statement. REQUIRES: `values` outlive the step. Throws DatabaseError
  /// when they do not fit the statement.
  Step step_of(const Query& query, const Values& values) const;

  boost::asio::any_io_executor loop_;
  const Catalogue& catalogue_;
  std::shared_ptr<Pool> points_;
  std::shared_ptr<Pool> writes_;
  std::shared_ptr<Pool> scans_;
  AccountQueue account_queue_;
};

}  // namespace kith::store::postgres
