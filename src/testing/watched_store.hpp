#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "store/store.hpp"

namespace kith::store {

/// A store that calls `before_write` before each write and fails writes after `writes_left`.
class WatchedStore : public Store {
 public:
  explicit WatchedStore(Store& inner) : inner_(inner) {}

  std::function<void()> before_write = [] {};
  int writes_left = 1'000'000;

  Task<Result<Rows>> read(const Query& query, Values values, Lane lane) override {
    return inner_.read(query, std::move(values), lane);
  }

  Task<Result<WrittenRows>> write(AccountId account, Batch batch) override {
    before_write();
    if (writes_left-- <= 0) co_return refuse(Errc::unavailable, "The process has died.");
    co_return co_await inner_.write(account, std::move(batch));
  }

 private:
  Store& inner_;
};

}  // namespace kith::store
