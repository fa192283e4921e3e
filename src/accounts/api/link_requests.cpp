#include "accounts/api/link_requests.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>
#include <spdlog/spdlog.h>

#include "base/pause.hpp"

namespace kith::accounts {

namespace asio = boost::asio;

Task<Result<http::Accepted>> concealed(Task<Result<void>> work) {
  const auto end = std::chrono::steady_clock::now() + limits::concealed_answer_time;
  asio::co_spawn(co_await asio::this_coro::executor, std::move(work),
                 [](const std::exception_ptr& broken, const Result<void>& done) {
                   if (broken)
                     spdlog::error("accounts: storing a requested mail failed with an exception");
                   if (!broken && !done)
                     spdlog::warn("accounts: storing a requested mail failed: {}",
                                  done.error().detail);
                 });
  co_await pause_until(end);
  co_return http::Accepted{};
}

}  // namespace kith::accounts
