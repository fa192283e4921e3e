#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/router.hpp"
#include "json/write.hpp"

namespace kith::http {

/// What a handler answers when all went well: a value, shown as JSON.
template <class T>
struct Reply {
  T value;
  std::string etag = {};  ///< with its quotes
};

/// The answer with what an operation gave, or its error; with an ETag where `etag_of` knows one.
template <class T>
Result<Reply<T>> shown(Result<T> value) {
  if (!value) return std::unexpected(std::move(value.error()));
  std::string etag;
  if constexpr (requires { etag_of(*value); }) etag = etag_of(*value);
  return Reply<T>{*std::move(value), std::move(etag)};
}

/// The answer to the creation of a resource: 201.
template <class T>
struct Created {
  T value;
  std::string location;   ///< where it is now
  std::string etag = {};  ///< with its quotes
};

/// The answer to a PUT that creates what is not there: 201 with a location, or 200.
template <class T>
struct Saved {
  T value;
  std::string etag;           ///< with its quotes
  std::string location = {};  ///< of what was created; empty: it was there
};

/// The answer to a conditional GET: the value, or 304 when the client has it already.
template <class T>
struct MaybeUnchanged {
  std::optional<T> value;
  std::string etag;
};

/// The answer to what was asked for and is done later, or not: 202, without a body.
struct Accepted {};

/// The answer where it must not be told whether something was created: 201 with it, or 202.
template <class T>
struct CreatedOrAccepted {
  std::optional<T> value;
  std::string location;
};

/// The answer to what is done now, 200 with the result, or later, 202.
template <class T>
struct DoneOrAccepted {
  std::optional<T> value;
};

/// An answer without a body: 204.
struct NoContent {};

/// An answer that the handler wrote itself (a page, a text for machines).
struct Written {};

/// One page of a list. The answer also tells the next page's address in `Link` (RFC 8288).
template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next_cursor;

  static std::string schema_name() { return std::string(T::schema_name()) + "Page"; }
  static constexpr auto fields() {
    return kith::fields(
        field("items", &Page::items),
        field("next_cursor", &Page::next_cursor,
              {.doc = "Pass as `cursor` to get the next page; null when this is the last."}));
  }
};

/// The target of `request` with another `cursor`.
std::string target_with_cursor(const Request& request, std::string_view cursor);

/// Writes `value` as the JSON body. No cache keeps a secret (RFC 6749, section 5.1).
template <class T>
void write_json(Response& response, const T& value, const std::string& etag) {
  if (!etag.empty()) response.add_header("ETag", etag);
  if constexpr (holds_secret<T>()) response.add_header("Cache-Control", "no-store");
  response.content_type = "application/json";
  json::write(response.body, value);
}

// How each kind of answer becomes a response.
template <class T>
void write_reply(Exchange& exchange, const Reply<T>& reply) {
  write_json(exchange.response, reply.value, reply.etag);
}

template <class T>
void write_reply(Exchange& exchange, const Created<T>& reply) {
  exchange.response.status = 201;
  exchange.response.add_header("Location", reply.location);
  write_json(exchange.response, reply.value, reply.etag);
}

template <class T>
void write_reply(Exchange& exchange, const Saved<T>& reply) {
  if (!reply.location.empty()) {
    exchange.response.status = 201;
    exchange.response.add_header("Location", reply.location);
  }
  write_json(exchange.response, reply.value, reply.etag);
}

template <class T>
void write_reply(Exchange& exchange, const MaybeUnchanged<T>& reply) {
  if (reply.value) return write_json(exchange.response, *reply.value, reply.etag);
  exchange.response.status = 304;
  exchange.response.add_header("ETag", reply.etag);
}

template <class T>
void write_reply(Exchange& exchange, const Page<T>& page) {
  if (page.next_cursor) {
    const std::string target = target_with_cursor(exchange.request, *page.next_cursor);
    exchange.response.add_header("Link", "<" + target + ">; rel=\"next\"");
  }
  write_json(exchange.response, page, {});
}

inline void write_reply(Exchange& exchange, const Accepted&) { exchange.response.status = 202; }

template <class T>
void write_reply(Exchange& exchange, const CreatedOrAccepted<T>& reply) {
  if (!reply.value) return write_reply(exchange, Accepted{});
  write_reply(exchange, Created<T>{*reply.value, reply.location});
}

template <class T>
void write_reply(Exchange& exchange, const DoneOrAccepted<T>& reply) {
  if (!reply.value) return write_reply(exchange, Accepted{});
  write_json(exchange.response, *reply.value, {});
}

inline void write_reply(Exchange& exchange, const NoContent&) { exchange.response.status = 204; }

inline void write_reply(Exchange&, const Written&) {}

}  // namespace kith::http
