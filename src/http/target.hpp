#pragma once

#include <string>
#include <string_view>

namespace kith::http {

/// A parsed request target. The views point into the head that it was read from.
struct RequestTarget {
  std::string_view text;  ///< path and query, as in the origin form; the path is normalised
  std::string_view path;
  std::string_view query;  ///< without the question mark
  bool is_valid = true;    ///< false: the authority is empty, has user information or is malformed
};

/// Parses the target at `head[from]`, of `size` bytes. Also accepts the absolute form
/// (`http://host/path?query`), as servers must (RFC 9112, section 3.2.2); its authority ends at the
/// first slash, question mark or hash (RFC 3986, section 3.2). If it has no path, the byte before
/// the query becomes the slash of `/?query`, so that the text stays contiguous. Decodes
/// percent-encoded unreserved characters of the path (RFC 3986, section 6.2.2.2). Changes only
/// bytes of the target in `head`; the bytes before a shortened path are then meaningless.
RequestTarget read_target(std::string& head, std::size_t from, std::size_t size);

/// Returns whether `text` is a host with an optional port (RFC 9110, section 7.2; RFC 3986, section
/// 3.2).
bool is_authority(std::string_view text);

}  // namespace kith::http
