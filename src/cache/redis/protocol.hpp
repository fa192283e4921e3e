#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hiredis/hiredis.h>

namespace kith::cache::redis {

/// An answer of Redis (RESP2). Only `list` has items.
struct Reply {
  enum class Kind : std::uint8_t { nothing, integer, text, error, list };

  Kind kind = Kind::nothing;
  std::int64_t integer = 0;
  std::string text = {};
  std::vector<Reply> items = {};

  bool is_error(std::string_view code) const {
    return kind == Kind::error && text.starts_with(code);
  }
};

/// Returns the bytes of a command; its parts may hold any bytes.
std::string command(std::initializer_list<std::string_view> parts);

/// A Lua script for Redis, with its text and the digest by which Redis knows it.
class Script {
 public:
  explicit Script(std::string_view text);

  /// Returns the command that runs the script by its digest, with keys and arguments. Redis answers
  /// `NOSCRIPT` if it has not seen the text since its start.
  std::string by_digest(std::initializer_list<std::string_view> keys,
                        std::initializer_list<std::string_view> arguments) const;

  /// Returns the command that runs the script by its text, which Redis then caches.
  std::string by_text(std::initializer_list<std::string_view> keys,
                      std::initializer_list<std::string_view> arguments) const;

 private:
  std::string_view text_;
  std::string digest_;
};

/// Parses replies from bytes as they arrive. Keeps at most `limits::redis_reply_bytes_max` bytes of
/// an unfinished reply plus one `feed`; arrays have at most `limits::redis_reply_items_max` items.
/// Replies own their text.
class Reader {
 public:
  Reader();

  /// Copies `bytes`. REQUIRES: `next` was called until it returned nothing.
  void feed(std::string_view bytes);

  /// Returns the next complete reply, or nothing. Throws std::runtime_error for data that is not
  /// RESP and for a reply beyond the limits.
  std::optional<Reply> next();

 private:
  struct Free {
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
  };
  std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace kith::cache::redis
