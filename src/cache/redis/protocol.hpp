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

/// One answer of Redis (RESP2). `list` alone has items.
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

/// The bytes of a command; its parts may hold any bytes.
std::string command(std::initializer_list<std::string_view> parts);

/// A program that Redis runs, by its text and the digest that Redis knows it by.
class Script {
 public:
  explicit Script(std::string_view text);

  /// The command that runs it by its digest, with keys and arguments. Errors of Redis: `NOSCRIPT`
  /// when it has not seen the text since its start.
  std::string by_digest(std::initializer_list<std::string_view> keys,
                        std::initializer_list<std::string_view> arguments) const;

  /// The same with the text, which Redis then knows.
  std::string by_text(std::initializer_list<std::string_view> keys,
                      std::initializer_list<std::string_view> arguments) const;

 private:
  std::string_view text_;
  std::string digest_;
};

/// Parses replies from bytes as they arrive. Keeps at most `limits::redis_reply_bytes_max` bytes of
/// an unfinished reply and one `feed` more; arrays have at most `limits::redis_reply_items_max`
/// items. Replies own their text.
class Reader {
 public:
  Reader();

  /// Copies `bytes`. REQUIRES: `next` was called until it had nothing.
  void feed(std::string_view bytes);

  /// The next complete reply, or nothing. Throws std::runtime_error for what is not RESP and for a
  /// reply beyond the limits.
  std::optional<Reply> next();

 private:
  struct Free {
    void operator()(redisReader* reader) const { redisReaderFree(reader); }
  };
  std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace kith::cache::redis
