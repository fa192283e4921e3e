#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "crypto/digest.hpp"

namespace kith::contacts {

/// Where a page ended: the key of its last row. What `number` and `key` are depends on the
/// order of the list.
struct Position {
  std::int64_t number = 0;
  std::string key = {};
  ContactId id = {};
};

/// Turns positions into the texts that clients pass back, and refuses those that it did not make
/// for the same account and the same question: a position in another list would skip contacts.
class CursorCodec {
 public:
  /// `encode` uses `secret_key`; `decode` also accepts what was made with `previous_key`, if there
  /// is one (empty: none).
  explicit CursorCodec(std::string_view secret_key, std::string_view previous_key = {})
      : mac_(secret_key) {
    if (!previous_key.empty()) previous_mac_.emplace(previous_key);
  }

  /// `question` names the list and everything that chooses and orders its contacts.
  std::string encode(AccountId account, std::string_view question, const Position& position) const;

  /// Errors: `malformed` for a text that `encode` did not give for the same account and question.
  Result<Position> decode(AccountId account, std::string_view question,
                          std::string_view cursor) const;

 private:
  crypto::HmacSha256 mac_;
  std::optional<crypto::HmacSha256> previous_mac_;
};

}  // namespace kith::contacts
