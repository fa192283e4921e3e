#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "http/router.hpp"
#include "json/write.hpp"

namespace kith::http {

/// The reply of a successful handler: a value, sent as JSON.
template <class T>
struct Reply {
  T value;
  std::string etag = {};  ///< with quotes
};

/// The reply with the result of an operation or its error; with an ETag if `etag_of` supports the
/// type.
template <class T>
Result<Reply<T>> shown(Result<T> value) {
  if (!value) return std::unexpected(std::move(value.error()));
  std::string etag;
  if constexpr (requires { etag_of(*value); }) etag = etag_of(*value);
  return Reply<T>{*std::move(value), std::move(etag)};
}

/// The reply to the creation of a resource: 201.
template <class T>
struct Created {
  T value;
  std::string location;   ///< path of the new resource
  std::string etag = {};  ///< with quotes
};

/// The reply to a PUT that may create the resource: 201 with a location, or 200.
template <class T>
struct Saved {
  T value;
  std::string etag;           ///< with quotes
  std::string location = {};  ///< of a new resource; empty if it existed
};

/// The reply to a conditional GET: the value, or 304 if the client already has it.
template <class T>
struct MaybeUnchanged {
  std::optional<T> value;
  std::string etag;
};

/// The reply to a request that is processed later, or not at all: 202 without a body.
struct Accepted {};

/// The reply to a creation that may have to be concealed: 201 with the value, or 202.
template <class T>
struct CreatedOrAccepted {
  std::optional<T> value;
  std::string location;
};

/// The reply to a request that is processed at once (200 with the result) or later (202).
template <class T>
struct DoneOrAccepted {
  std::optional<T> value;
};

/// A reply without a body: 204.
struct NoContent {};

/// A reply that is made while it is sent, so that a large report or file takes the memory of a
/// piece. The first piece is made before the head is sent, so an error until then is an ordinary
/// error response; a later error cuts the connection, so that no client takes the partial response
/// for a complete one. Not for routes with `idempotent_by_key`, whose responses are stored.
struct Streamed {
  std::string_view content_type;  ///< a literal
  NextPiece next;
};

/// A response that the handler wrote itself (a page, a machine-readable text).
struct Written {};

/// One page of a list. The response also has the URL of the next page in `Link` (RFC 8288).
template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next_cursor;

  static std::string schema_name() { return std::string(T::schema_name()) + "Page"; }
  static constexpr auto fields() {
    return kith::fields(
        field("items", &Page::items),
        field("next_cursor", &Page::next_cursor,
              {.doc = "Pass it as `cursor` to get the next page; null on the last page."}));
  }
};

/// Returns the target of `request` with another `cursor`.
std::string target_with_cursor(const Request& request, std::string_view cursor);

/// Writes `value` as the JSON body. Responses with secrets get `Cache-Control: no-store` (RFC 6749,
/// section 5.1).
template <class T>
void write_json(Response& response, const T& value, const std::string& etag) {
  if (!etag.empty()) response.add_header("ETag", etag);
  if constexpr (holds_secret<T>()) response.add_header("Cache-Control", "no-store");
  response.content_type = "application/json";
  json::write(response.body, value);
}

// Each overload writes one kind of reply to the response.
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

inline void write_reply(Exchange& exchange, Streamed& reply) {
  exchange.response.content_type = reply.content_type;
  exchange.response.next_piece = std::move(reply.next);
}

inline void write_reply(Exchange&, const Written&) {}

/// Writes the reply of a handler with several kinds of replies.
template <class... Replies>
void write_reply(Exchange& exchange, std::variant<Replies...>& reply) {
  std::visit([&](auto& each) { write_reply(exchange, each); }, reply);
}

}  // namespace kith::http
