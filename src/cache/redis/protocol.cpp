#include "cache/redis/protocol.hpp"

#include <new>
#include <span>
#include <stdexcept>

#include "base/limits.hpp"
#include "crypto/digest.hpp"

namespace kith::cache::redis {

namespace {

using Parts = std::initializer_list<std::string_view>;

void append_part(std::string& out, std::string_view part) {
  out.append("$").append(std::to_string(part.size())).append("\r\n");
  out.append(part).append("\r\n");
}

void append_header(std::string& out, std::size_t parts) {
  out.append("*").append(std::to_string(parts)).append("\r\n");
}

struct Program {
  std::string_view verb;
  std::string_view name;  ///< text or digest
};

std::string run_of(Program program, Parts keys, Parts arguments) {
  constexpr std::size_t before_keys = 3;
  std::string out;
  append_header(out, before_keys + keys.size() + arguments.size());
  append_part(out, program.verb);
  append_part(out, program.name);
  append_part(out, std::to_string(keys.size()));
  for (const std::string_view key : keys) append_part(out, key);
  for (const std::string_view argument : arguments) append_part(out, argument);
  return out;
}

Reply converted(const redisReply& from) {
  const auto text = [&] { return std::string(from.str, from.len); };
  switch (from.type) {
    case REDIS_REPLY_INTEGER: return {.kind = Reply::Kind::integer, .integer = from.integer};
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS: return {.kind = Reply::Kind::text, .text = text()};
    case REDIS_REPLY_ERROR: return {.kind = Reply::Kind::error, .text = text()};
    case REDIS_REPLY_ARRAY: break;
    default: return {};
  }
  Reply out{.kind = Reply::Kind::list};
  for (const redisReply* each : std::span(from.element, from.elements)) {
    out.items.push_back(converted(*each));
  }
  return out;
}

}  // namespace

std::string command(Parts parts) {
  std::string out;
  append_header(out, parts.size());
  for (const std::string_view part : parts) append_part(out, part);
  return out;
}

Script::Script(std::string_view text) : text_(text), digest_(crypto::to_hex(crypto::sha1(text))) {}

std::string Script::by_digest(Parts keys, Parts arguments) const {
  return run_of({"EVALSHA", digest_}, keys, arguments);
}

std::string Script::by_text(Parts keys, Parts arguments) const {
  return run_of({"EVAL", text_}, keys, arguments);
}

namespace {

/// Returns the functions of hiredis with a bound on arrays: hiredis would allocate an array of the
/// announced length before any item arrives. If no array is returned, the reader fails.
redisReplyObjectFunctions* bounded(const redisReplyObjectFunctions& own) {
  static const redisReplyObjectFunctions unbounded = own;
  static redisReplyObjectFunctions functions = [] {
    redisReplyObjectFunctions made = unbounded;
    made.createArray = [](const redisReadTask* task, int items) -> void* {
      return items > limits::redis_reply_items_max ? nullptr : unbounded.createArray(task, items);
    };
    return made;
  }();
  return &functions;
}

}  // namespace

Reader::Reader() : reader_(redisReaderCreate()) {
  if (!reader_) throw std::bad_alloc();
  reader_->fn = bounded(*reader_->fn);
}

void Reader::feed(std::string_view bytes) {
  if (redisReaderFeed(reader_.get(), bytes.data(), bytes.size()) != REDIS_OK) {
    throw std::bad_alloc();
  }
}

std::optional<Reply> Reader::next() {
  void* made = nullptr;
  if (redisReaderGetReply(reader_.get(), &made) != REDIS_OK) {
    throw std::runtime_error("the server does not speak the Redis protocol");
  }
  if (!made) {
    const std::size_t waiting = reader_->len - reader_->pos;
    if (waiting > limits::redis_reply_bytes_max) throw std::runtime_error("a reply is too large");
    return std::nullopt;
  }
  const std::unique_ptr<void, decltype(&freeReplyObject)> owned(made, &freeReplyObject);
  return converted(*static_cast<const redisReply*>(made));
}

}  // namespace kith::cache::redis
