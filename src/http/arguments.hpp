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

/// The types of handler parameters, in addition to Principal, ids and Time.
namespace kith::http {

/// Converts the text of a `{parameter}` of the path to a handler's parameter. Handlers take them in
/// path order. A specialisation has `parse`, which returns nullopt for an invalid text (404), and
/// for OpenAPI `text()` and a Schema Object.
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

/// A complete JSON body.
template <HasFields T>
struct Body {
  T value;
};

/// A JSON merge patch (RFC 7396), applied once the `T` is loaded.
template <HasFields T>
struct Patch {
  std::string_view json;
  Time now;

  Result<T> onto(T object) const { return json::merge(std::move(object), json, now); }
};

/// The parameters of the query string.
template <HasFields T>
struct Params {
  T value;
};

/// A form or a JSON object as body, for endpoints that accept both.
template <HasFields T>
struct FormOrBody {
  T value;
};

/// An entity tag like `"17-s"`. The suffix says of what the revision is; what the suffixes mean is
/// decided where the tags are made.
struct EntityTag {
  std::int64_t revision = -1;    ///< -1: a tag in another format, which matches nothing
  std::string_view suffix = {};  ///< `s`; empty: none

  /// Reads a strong tag, with its quotes; nullopt: it is weak or in another format. The result
  /// views `text`.
  static std::optional<EntityTag> parse(std::string_view text);

  bool operator==(const EntityTag&) const = default;
};

/// `If-Match` and `If-None-Match` (RFC 9110, section 13.1). All views are into the request's
/// header.
struct Conditions {
  /// The tags in `If-Match`. Empty: no condition on the revision, as with `If-Match: *`.
  std::vector<EntityTag> if_match;
  bool must_exist = false;  ///< `If-Match: *`
  /// The tags as sent, or only `*`. Empty: no condition.
  std::vector<std::string_view> if_none_match;

  /// Reads both headers. REQUIRES: `request` outlives the result.
  static Conditions of(const Request& request);

  /// Returns whether `If-None-Match` has `etag` (weak comparison, section 13.1.2): a GET then
  /// answers 304.
  bool is_unchanged(std::string_view etag) const;

  /// Returns whether the resource must not exist yet: `If-None-Match: *`.
  bool must_be_new() const { return if_none_match.size() == 1 && if_none_match.front() == "*"; }

  /// Returns the tags in `If-None-Match` (weak comparison). Those in another format match nothing
  /// and are left out.
  std::vector<EntityTag> excluded() const;
};

/// The header `Accept` of the request (RFC 9110, section 12.5.1); empty: none. `best_offer`
/// (http/accept.hpp) chooses by it.
struct AcceptHeader {
  std::string_view text;
};

/// Returns whether `request` asks to create a resource: `If-None-Match: *`.
bool creates(const Request& request);

/// The resource id in the path, with the conditions of the request. `Current` has the members that
/// an answer 412 has besides those of a problem (RFC 9457, section 3.2), for OpenAPI; void: none.
template <class Id, class Current = void>
struct Target {
  Id id;
  Conditions conditions;
};

/// The principal and time of a change, and ids for the resources that it creates.
struct Caller {
  Principal who;
  Time now;
  NewIds ids;
};

}  // namespace kith::http
