#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/response.hpp"
#include "json/write.hpp"

namespace kith::http {

/// What a handler answers when all went well: a value, shown as JSON, and the headers about it.
template <class T>
struct Reply {
  using value_type = T;
  T value;
  int status = 200;
  std::string location = {};  ///< where a created resource is
  std::string etag = {};      ///< with its quotes
  std::string next = {};      ///< target of the next page, for `Link: rel="next"` (RFC 8288)
};

/// An answer without a body: 204.
struct NoContent {};

/// An answer to a conditional GET whose client has the newest already (304), or the value.
template <class T>
struct MaybeUnchanged {
  std::optional<T> value;
};

/// One page of a list and where the next one begins (null at the end).
template <class T>
struct Page {
  using item_type = T;
  std::vector<T> items;
  std::optional<std::string> next_cursor;

  static constexpr auto fields() {
    return kith::fields(
        field("items", &Page::items),
        field("next_cursor", &Page::next_cursor,
              {.doc = "Pass as `cursor` to get the next page; null when this is the last."}));
  }
};

/// Puts a reply into the response.
template <class T>
void write_reply(Response& response, const Reply<T>& reply) {
  response.status = reply.status;
  if (!reply.location.empty()) response.add_header("Location", reply.location);
  if (!reply.etag.empty()) response.add_header("ETag", reply.etag);
  if (!reply.next.empty()) response.add_header("Link", "<" + reply.next + ">; rel=\"next\"");
  response.content_type = "application/json";
  json::write(response.body, reply.value);
}

inline void write_reply(Response& response, const Reply<NoContent>&) { response.status = 204; }

template <class T>
void write_reply(Response& response, const Reply<MaybeUnchanged<T>>& reply) {
  if (reply.value.value) {
    write_reply(response, Reply<T>{*reply.value.value, reply.status, {}, reply.etag, {}});
    return;
  }
  response.status = 304;
  response.add_header("ETag", reply.etag);
}

}  // namespace kith::http
