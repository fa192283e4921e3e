#include "crypto/password.hpp"

#include <array>
#include <new>
#include <stdexcept>
#include <utility>

#include <sodium.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "base/threads.hpp"
#include "crypto/guessable.hpp"
#include "crypto/random.hpp"

namespace kith::crypto {

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

/// A password that is wiped from memory on destruction.
struct Secret {
  std::string text;

  explicit Secret(std::string password) : text(std::move(password)) {}
  Secret(Secret&& other) noexcept : text(other.text) { other.wipe(); }
  Secret(const Secret&) = delete;
  ~Secret() { wipe(); }

  void wipe() { sodium_memzero(text.data(), text.size()); }
};

/// Verifies the prepared password, then the password as sent if that differs. Always tries both, so
/// that the time does not reveal which form is stored.
bool verify_both(const Secret& sent, const std::string& stored) {
  const Secret usual(prepared(sent.text));
  const bool is_usual = verify_now(usual.text, stored);
  if (usual.text == sent.text) return is_usual;
  const bool is_as_sent = verify_now(sent.text, stored);
  return is_usual || is_as_sent;
}

}  // namespace

std::string prepared(std::string_view password) {
  if (is_ascii(password) || !is_valid_utf8(password)) return std::string(password);
  icu::UnicodeString text =
      icu::UnicodeString::fromUTF8({password.data(), static_cast<int32_t>(password.size())});
  for (int32_t i = 0; i < text.length(); ++i) {  // spaces are all in the BMP
    if (u_charType(text.charAt(i)) == U_SPACE_SEPARATOR) text.setCharAt(i, u' ');
  }
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* composer = icu::Normalizer2::getNFCInstance(status);
  if (U_SUCCESS(status)) text = composer->normalize(text, status);
  if (U_FAILURE(status)) throw std::runtime_error("ICU failed to normalize a password");
  std::string out;
  text.toUTF8String(out);
  return out;
}

PasswordHasher::PasswordHasher(std::size_t threads)
    : unknown_(hash_now(random_token())),
      workers_(threads, limits::password_queue_max,
               "Too many sign-ins are in progress. Try again shortly.") {}

Task<Result<std::string>> PasswordHasher::hash(std::string password) {
  Secret secret(prepared(Secret(std::move(password)).text));
  co_return co_await workers_.run<std::string>([&secret] {
    lower_priority();
    return hash_now(secret.text);
  });
}

Task<Result<std::optional<std::string>>> PasswordHasher::hash_unless_guessable(
    std::string password, std::vector<std::string> known) {
  using Hash = std::optional<std::string>;
  Secret secret(prepared(Secret(std::move(password)).text));
  co_return co_await workers_.run<Hash>([&] {
    lower_priority();
    return is_guessable(secret.text, known) ? Hash() : Hash(hash_now(secret.text));
  });
}

Task<Result<bool>> PasswordHasher::verify(std::string password, std::string stored) {
  Secret secret(std::move(password));
  co_return co_await workers_.run<bool>([&] {
    lower_priority();
    return verify_both(secret, stored);
  });
}

Task<Result<bool>> PasswordHasher::verify_unknown(std::string password) {
  Result<bool> result = co_await verify(std::move(password), unknown_);
  if (result) *result = false;
  co_return result;
}

}  // namespace kith::crypto
