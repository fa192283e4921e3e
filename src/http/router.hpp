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

/// What a request was counted for.
struct Charged {
  LimitClass limit = LimitClass::none;
  RateState state;
};

/// One request on its way through a route.
struct Exchange {
  const Request& request;
  Response& response;
  std::span<const std::string_view> path_values;  ///< of `{id}` and the like, in order
  std::optional<Principal> principal;             ///< set by the login gate
  RolePolicy policy = RolePolicy::owner;
  Time now;
  std::optional<KeyedRequest> keyed = {};  ///< set when the client may repeat the request
  /// Cleared by a handler whose answer holds results that a repeat of the request would retry: the
  /// answer is not kept under the request's key.
  bool answer_is_final = true;
  RateCounters* counters = nullptr;        ///< null: nothing is counted
  cache::SharedBuckets* shared = nullptr;  ///< what all instances count in; null: there is none
  std::optional<Charged> charged = {};     ///< what is told of the limits
};

struct EndpointDoc;

/// A handler with its types erased: `invoke` runs it, `describe` tells OpenAPI what it takes and
/// gives.
struct Endpoint {
  void* service = nullptr;
  Task<std::optional<Error>> (*invoke)(void* service, Exchange& exchange) = nullptr;
  void (*describe)(EndpointDoc& doc) = nullptr;
  bool reads_body = false;  ///< whether the handler looks at the request's body
  /// How many `{parameters}` of the path the handler takes; negative: it may look at any.
  int path_parameters = -1;
};

/// One row of a feature's route table: the only declaration of a route. Routing, login, metrics
/// and OpenAPI read it.
struct Route {
  Verb verb;
  std::string_view path;  ///< `/api/v1/contacts/{id}`
  Endpoint endpoint;
  Access access;
  std::string_view id;            ///< operationId in OpenAPI, label in logs and metrics
  std::string_view summary = {};  ///< one line for OpenAPI; empty: not shown there
  std::vector<Errc> errors = {};  ///< that the types do not tell, for OpenAPI
  std::size_t body_bytes_max = limits::body_bytes_max;
  bool idempotent_by_key = false;       ///< whether `Idempotency-Key` is heeded
  LimitClass limit = LimitClass::none;  ///< what it is counted for, beside what its access says
  /// The access of requests with `If-None-Match: *`, where these create; none: `access`.
  std::optional<Access> access_if_new = {};
  Protocol protocol = Protocol::api;
  /// For OpenAPI, what each `{parameter}` of the path is, in order; where none is given, the type
  /// of the handler's parameter tells.
  std::vector<std::string_view> parameter_docs = {};
};

/// The access that `request` needs on `route`.
Access access_of(const Route& route, const Request& request);

/// The rate limit of requests to `route` that need `access`: the row's own, or that of `access`.
LimitClass limit_of(const Route& route, Access access);

/// The largest body that requests of `route` may have, or of none when it is null. Callers who
/// need not sign in, and routes that read no body, have `limits::access_body_bytes_max`.
std::size_t body_bytes_max_of(const Route* route);

/// What a path and verb lead to.
struct Match {
  static constexpr std::size_t values_max = 4;

  const Route* route = nullptr;  ///< none: no such path, or `allow` tells which verbs it has
  std::string allow;             ///< for 405: `GET, HEAD, PUT`
  /// Of the route; without one, DAV where all routes below the last known segment are DAV.
  Protocol protocol = Protocol::api;
  std::array<std::string_view, values_max> values{};
  std::size_t value_count = 0;

  std::span<const std::string_view> path_values() const {
    return std::span(values).first(value_count);
  }
};

/// Finds routes by a tree of path segments; a literal segment wins over a parameter.
class Router {
 public:
  /// REQUIRES: no two rows with the same verb and path. Throws std::logic_error when a handler
  /// takes another number of path parameters than its path has.
  explicit Router(std::vector<Route> routes);
  ~Router();

  /// The route of `path`; a HEAD goes where GET goes. Parameters are given still percent-encoded:
  /// nothing here takes one that needs it. The path `*` stands for the server: it has no route, and
  /// allows every method that a route has (RFC 9110, section 9.3.7).
  Match match(Verb verb, std::string_view path) const;

  std::span<const Route> routes() const { return routes_; }

  /// Where `route` stands in the table. REQUIRES: a route of this router.
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
