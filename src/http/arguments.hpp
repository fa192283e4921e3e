#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "http/idempotency.hpp"
#include "http/principal.hpp"
#include "json/read.hpp"

/// What a handler's parameters can be, beside Principal, an Id and the Time.
namespace kith::http {

/// How the text of a `{parameter}` of the path becomes a handler's parameter. Handlers take them in
/// the order of the path. A specialisation has `parse`, which returns nothing for a text that names
/// nothing (404), and for OpenAPI `text()` and a Schema Object.
template <class T>
struct PathValue;

/// A type that a `{parameter}` of the path can become.
template <class T>
concept PathParameter = requires(std::string_view text) {
  { PathValue<T>::parse(text) } -> std::convertible_to<std::optional<T>>;
};

template <class Kind>
struct PathValue<Id<Kind>> {
  static std::optional<Id<Kind>> parse(std::string_view text) {
    const auto id = Id<Kind>::parse(text);
    return id ? std::optional(*id) : std::nullopt;
  }
  static std::string text() { return "The id of the " + std::string(Kind::noun) + "."; }
  static constexpr std::string_view schema = R"({"type":"string","format":"uuid"})";
};

/// A whole JSON body.
template <HasFields T>
struct Body {
  T value;
};

/// A JSON merge patch (RFC 7396) for a `T`, to be merged once the `T` is loaded.
template <HasFields T>
struct Patch {
  std::string_view json;
  Time now;

  Result<T> onto(T object) const { return json::merge(std::move(object), json, now); }
};

/// The query string.
template <HasFields T>
struct Params {
  T value;
};

/// The body of a form or a JSON object, for endpoints that take both.
template <HasFields T>
struct FormOrBody {
  T value;
};

/// `If-Match` and `If-None-Match` (RFC 9110, section 13.1) on revisions.
struct Conditions {
  /// The revisions the client may have seen; no tag of ours is kept as -1, which no contact has.
  /// Empty: whatever there is, which `If-Match: *` says too.
  std::vector<std::int64_t> if_match;
  bool must_exist = false;  ///< `If-Match: *`
  /// The tags as sent, or `*` alone; views into the request's header. Empty: no condition.
  std::vector<std::string_view> if_none_match;

  /// Reads the header. REQUIRES: `request` outlives what is returned.
  static Conditions of(const Request& request);

  /// Whether a GET's client holds `etag` already (weak comparison, section 13.1.2).
  bool is_unchanged(std::string_view etag) const;

  /// Whether there must be nothing yet: `If-None-Match: *`.
  bool must_be_new() const { return if_none_match.size() == 1 && if_none_match.front() == "*"; }

  /// The revisions of the tags in `If-None-Match` (weak comparison); those that are not ours match
  /// nothing and are left out.
  std::vector<std::int64_t> excluded_revisions() const;
};

/// Whether `request` asks to create what it names: `If-None-Match: *`.
bool creates(const Request& request);

/// What a path names by its id, with the conditions that the client sets on it.
template <class Id>
struct Target {
  Id id;
  Conditions conditions;
};

/// Who asks for a change and when, and ids for what it makes.
struct Caller {
  Principal who;
  Time now;
  NewIds ids;
};

/// The revision in an entity tag such as `"17-s"`; only the number counts.
std::optional<std::int64_t> revision_of(std::string_view etag);

}  // namespace kith::http
