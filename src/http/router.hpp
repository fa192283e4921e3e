#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/limits.hpp"
#include "http/idempotency.hpp"
#include "http/permissions.hpp"
#include "http/principal.hpp"
#include "http/rate_limits.hpp"
#include "http/request.hpp"
#include "http/response.hpp"

namespace kith::http {

/// The rate limit that a request was counted against.
struct Charged {
  LimitClass limit = LimitClass::none;
  RateState state;
};

/// A request on its way through a route.
struct Exchange {
  const Request& request;
  Response& response;
  std::span<const std::string_view> path_values;  ///< of `{id}` and the like, in order
  std::optional<Principal> principal;             ///< set by the login gate
  RolePolicy policy = RolePolicy::owner;
  Time now;
  std::optional<KeyedRequest> keyed = {};  ///< set when the request has an idempotency key
  /// Cleared by a handler whose response has results that a repeat of the request would retry, so
  /// that the response is not stored under the request's key.
  bool answer_is_final = true;
  RateCounters* counters = nullptr;        ///< null: requests are not counted
  cache::SharedBuckets* shared = nullptr;  ///< counters of all instances; null: none
  std::optional<Charged> charged = {};     ///< the limit to report in the response
};

struct EndpointDoc;

/// A handler with its types erased: `invoke` runs it, `describe` gives OpenAPI its inputs and
/// results.
struct Endpoint {
  void* service = nullptr;
  Task<std::optional<Error>> (*invoke)(void* service, Exchange& exchange) = nullptr;
  void (*describe)(EndpointDoc& doc) = nullptr;
  bool reads_body = false;  ///< whether the handler reads the request's body
  /// The number of `{parameters}` of the path that the handler takes; negative: it may read any.
  int path_parameters = -1;
};

/// The maximum size of bodies of one media type.
struct TypedLimit {
  std::string_view type;  ///< without parameters
  std::size_t bytes_max = 0;
};

/// A row of a feature's route table: the only declaration of a route, used by routing, login,
/// metrics and OpenAPI.
struct Route {
  Verb verb;
  std::string_view path;  ///< `/api/v1/contacts/{id}`
  Endpoint endpoint;
  Access access;
  std::string_view id;            ///< operationId in OpenAPI, label in logs and metrics
  std::string_view summary = {};  ///< one line for OpenAPI; empty: hidden there
  std::vector<Errc> errors = {};  ///< errors that the types do not imply, for OpenAPI
  std::size_t body_bytes_max = limits::body_bytes_max;
  bool idempotent_by_key = false;       ///< whether `Idempotency-Key` is supported
  LimitClass limit = LimitClass::none;  ///< an additional limit besides that of its access
  /// The access of requests with `If-None-Match: *` where these create; nullopt: `access`.
  std::optional<Access> access_if_new = {};
  Protocol protocol = Protocol::api;
  /// Whether the key of a signed link replaces credentials, for pictures in browsers.
  bool accepts_link = false;
  /// Descriptions of each `{parameter}` of the path for OpenAPI, in order; a missing description is
  /// derived from the type of the handler's parameter.
  std::vector<std::string_view> parameter_docs = {};
  /// Media types whose bodies have a limit of their own.
  std::span<const TypedLimit> typed_limits = {};
};

/// Returns the access that `request` needs on `route`.
Access access_of(const Route& route, const Request& request);

/// Returns the rate limit of requests to `route` that need `access`: the row's own, or that of
/// `access`.
LimitClass limit_of(const Route& route, Access access);

/// Returns the maximum body size in bytes of `request` to `route`; null: no route matches. Callers
/// that need not sign in, and routes that read no body, have `limits::access_body_bytes_max`.
std::size_t body_bytes_max_of(const Route* route, const Request& request);

/// Returns the media type in `Content-Type`, without parameters; empty: none.
std::string_view media_type_of(const Request& request);

/// The result of routing a path and verb.
struct Match {
  static constexpr std::size_t values_max = 4;

  const Route* route = nullptr;  ///< null: no route has the path, or `allow` lists its verbs
  std::string allow;             ///< for 405: `GET, HEAD, PUT`
  /// The route's protocol; without a route, DAV if all routes below the last known segment are DAV.
  Protocol protocol = Protocol::api;
  std::array<std::string_view, values_max> values{};
  std::size_t value_count = 0;

  std::span<const std::string_view> path_values() const {
    return std::span(values).first(value_count);
  }
};

/// Finds routes by a tree of path segments; a literal segment takes precedence over a parameter.
class Router {
 public:
  /// REQUIRES: no two rows have the same verb and path. Throws std::logic_error when a handler
  /// takes another number of path parameters than its path has.
  explicit Router(std::vector<Route> routes);
  ~Router();

  /// Returns the route of `path`; a HEAD request uses the route of GET. Parameters stay
  /// percent-encoded: no route here needs them decoded. The path `*` stands for the server: it has
  /// no route, and allows every method that a route has (RFC 9110, section 9.3.7).
  Match match(Verb verb, std::string_view path) const;

  std::span<const Route> routes() const { return routes_; }

  /// Returns the index of `route` in the table. REQUIRES: a route of this router.
  std::size_t position(const Route& route) const {
    return static_cast<std::size_t>(&route - routes_.data());
  }

 private:
  struct Node;
  Node& node_of(const Route& route);

  std::vector<Route> routes_;
  std::unique_ptr<Node> root_;
  std::string server_allow_;
};

}  // namespace kith::http
