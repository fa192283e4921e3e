#include "crypto/password.hpp"

#include <array>
#include <exception>
#include <memory>
#include <new>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sodium.h>

#include "base/limits.hpp"
#include "crypto/random.hpp"

namespace kith::crypto {

namespace asio = boost::asio;

namespace {

constexpr unsigned long long passes = 2;
constexpr std::size_t memory_bytes = 19 * 1024 * 1024;

std::string hash_now(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> encoded{};
  const int failed = crypto_pwhash_str_alg(encoded.data(), password.data(), password.size(), passes,
                                           memory_bytes, crypto_pwhash_ALG_ARGON2ID13);
  if (failed != 0) throw std::bad_alloc();
  return encoded.data();
}

bool verify_now(std::string_view password, const std::string& stored) {
  return crypto_pwhash_str_verify(stored.c_str(), password.data(), password.size()) == 0;
}

/// A password that leaves no copy of itself behind.
struct Secret {
  std::string text;

  explicit Secret(std::string password) : text(std::move(password)) {}
  Secret(Secret&& other) noexcept : text(other.text) { other.wipe(); }
  Secret(const Secret&) = delete;
  ~Secret() { wipe(); }

  void wipe() { sodium_memzero(text.data(), text.size()); }
};

}  // namespace

PasswordHasher::PasswordHasher(std::size_t threads)
    : unknown_(hash_now(random_token())), pool_(threads) {}

PasswordHasher::~PasswordHasher() { pool_.join(); }

template <class T>
Task<Result<T>> PasswordHasher::run(std::move_only_function<T()> work) {
  if (queued_.fetch_add(1, std::memory_order_relaxed) >= limits::password_queue_max) {
    queued_.fetch_sub(1, std::memory_order_relaxed);
    co_return refuse(Errc::unavailable, "Too many people are signing in at this moment.");
  }
  // `work` lives in this frame, which stays until the worker has answered.
  auto start = [this, &work](auto handler) {
    auto loop = asio::make_work_guard(asio::get_associated_executor(handler));
    asio::post(
        pool_, [this, &work, loop = std::move(loop), handler = std::move(handler)]() mutable {
          std::exception_ptr error;
          T value{};
          try {
            value = work();
          } catch (...) {
            error = std::current_exception();
          }
          queued_.fetch_sub(1, std::memory_order_relaxed);
          asio::post(loop.get_executor(),
                     [handler = std::move(handler), error, value = std::move(value)]() mutable {
                       std::move(handler)(error, std::move(value));
                     });
        });
  };
  co_return co_await asio::async_initiate<decltype(asio::use_awaitable),
                                          void(std::exception_ptr, T)>(start, asio::use_awaitable);
}

Task<Result<std::string>> PasswordHasher::hash(std::string password) {
  Secret secret(std::move(password));
  co_return co_await run<std::string>([&secret] { return hash_now(secret.text); });
}

Task<Result<bool>> PasswordHasher::verify(std::string password, std::string stored) {
  Secret secret(std::move(password));
  co_return co_await run<bool>([&] { return verify_now(secret.text, stored); });
}

Task<Result<bool>> PasswordHasher::verify_unknown(std::string password) {
  Result<bool> result = co_await verify(std::move(password), unknown_);
  if (result) *result = false;
  co_return result;
}

}  // namespace kith::crypto
