#include "store/store.hpp"

#include <utility>

namespace kith::store {

Task<Result<Rows>> Store::write_one(AccountId account, const Query& query, Values values) {
  Batch batch;
  const auto only = batch.add_values(query, std::move(values));
  auto written = co_await write(account, std::move(batch));
  if (!written) co_return std::unexpected(std::move(written.error()));
  co_return std::move((*written)[only]);
}

}  // namespace kith::store
