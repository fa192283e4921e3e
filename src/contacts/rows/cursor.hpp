#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "crypto/digest.hpp"

namespace kith::contacts {

/// The end of a page: the sort key of its last row. The meaning of `number` and `key` depends on
/// the order of the list.
struct Position {
  std::int64_t number = 0;
  std::string key = {};
  ContactId id = {};
};

/// Encodes positions as opaque cursors that clients pass back. A cursor is authenticated and valid
/// only for the same account and question, because a position in another list would skip contacts.
class CursorCodec {
 public:
  /// `encode` uses `secret_key`; `decode` also accepts cursors made with `previous_key` (empty:
  /// none).
  explicit CursorCodec(std::string_view secret_key, std::string_view previous_key = {})
      : mac_(secret_key) {
    if (!previous_key.empty()) previous_mac_.emplace(previous_key);
  }

  /// Returns the cursor of a position. `question` identifies the list with its filters and order.
  std::string encode(AccountId account, std::string_view question, const Position& position) const;

  /// Returns the position of a cursor. Errors: `malformed` unless `encode` returned the text for
  /// the same account and question.
  Result<Position> decode(AccountId account, std::string_view question,
                          std::string_view cursor) const;

 private:
  crypto::HmacSha256 mac_;
  std::optional<crypto::HmacSha256> previous_mac_;
};

}  // namespace kith::contacts
