#include "contacts/rows/cursor.hpp"

#include "base/limits.hpp"
#include "crypto/base64url.hpp"

namespace kith::contacts {

namespace {

// The encoding before base64url: tag, number (big-endian), id, key.
constexpr std::size_t tag_bytes = 16;
constexpr std::size_t number_bytes = 8;
constexpr std::size_t id_bytes = 16;
constexpr std::size_t fixed_bytes = number_bytes + id_bytes;

std::string payload_of(const Position& position) {
  std::string out;
  const auto number = static_cast<std::uint64_t>(position.number);
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((number >> shift) & 0xFF));
  }
  out += position.id.uuid.bytes();
  return out + position.key;
}

/// REQUIRES: at least `fixed_bytes`.
Position position_of(std::string_view payload) {
  Position position;
  std::uint64_t number = 0;
  for (const char c : payload.substr(0, number_bytes)) {
    number = (number << 8) | static_cast<unsigned char>(c);
  }
  position.number = static_cast<std::int64_t>(number);
  payload.copy(reinterpret_cast<char*>(position.id.uuid.data.data()), id_bytes, number_bytes);
  position.key = payload.substr(fixed_bytes);
  return position;
}

std::string tag_of(const crypto::HmacSha256& mac, AccountId account, std::string_view question,
                   std::string_view payload) {
  // The length of the payload separates it from the question; the account has a fixed size.
  std::string message = "cursor";
  message.append(account.uuid.bytes()).append(std::to_string(payload.size()));
  message.append(":").append(payload).append(question);
  return mac(message).substr(0, tag_bytes);
}

}  // namespace

std::string CursorCodec::encode(AccountId account, std::string_view question,
                                const Position& position) const {
  const std::string payload = payload_of(position);
  std::string out;
  crypto::append_base64url(out, tag_of(mac_, account, question, payload) + payload);
  return out;
}

Result<Position> CursorCodec::decode(AccountId account, std::string_view question,
                                     std::string_view cursor) const {
  const auto raw =
      cursor.size() <= limits::cursor_bytes_max ? crypto::decode_base64url(cursor) : std::nullopt;
  if (raw && raw->size() >= tag_bytes + fixed_bytes) {
    const auto given = std::string_view(*raw).substr(0, tag_bytes);
    const auto payload = std::string_view(*raw).substr(tag_bytes);
    const auto is_of = [&](const crypto::HmacSha256& mac) {
      return crypto::equal_constant_time(given, tag_of(mac, account, question, payload));
    };
    if (is_of(mac_) || (previous_mac_ && is_of(*previous_mac_))) return position_of(payload);
  }
  return refuse(Errc::malformed,
                "The cursor does not belong to this list. Start again without a cursor.");
}

}  // namespace kith::contacts
