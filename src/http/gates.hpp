#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "http/access_log.hpp"
#include "http/client_address.hpp"
#include "http/cors.hpp"
#include "http/memory_share.hpp"
#include "http/principal.hpp"
#include "http/router.hpp"
#include "http/stats.hpp"

namespace kith::http {

/// The services used by the gates.
struct GateServices {
  const Router& router;
  Authenticator& authenticator;
  IdempotencyStore& repeats;
  AccessLog& log;
  RateCounters& counters;
  cache::SharedBuckets* shared = nullptr;  ///< null: limits are per instance
  const TrustedProxies& proxies;
  const ClientAddressHeader& client_header;  ///< set by the trusted proxies
  const CorsOrigins& origins;
  RolePolicy policy;
  bool is_https = false;  ///< browsers reach the service over HTTPS
};

/// The checks that every request passes on one event loop: turns a parsed request into a response
/// that can be written. Independent of sockets.
class Gates {
 public:
  /// REQUIRES: everything that `services` refers to outlives this.
  explicit Gates(GateServices services)
      : services_(services), stats_(services.router.routes().size()) {}

  /// Returns the route of a request whose header has been read. It determines the maximum body
  /// size.
  Match match(const Request& request) const {
    return services_.router.match(request.verb, request.path);
  }

  /// Returns the client address of a request that `peer` sent, possibly as a proxy; nothing if
  /// there are no trusted proxies, so that `peer` is the client.
  std::optional<std::string> client_behind(std::string_view peer, const Request& request) const {
    if (services_.proxies.empty()) return std::nullopt;
    return services_.proxies.client_of(peer, request, services_.client_header);
  }

  /// Returns the refusal of a request before its body is read, so that no memory is spent on bodies
  /// of unauthenticated callers or bodies that no route reads. Makes the caller the owner of
  /// `share`. The credentials are checked again once the request is complete.
  Task<std::optional<Error>> admit(const Request& request, const Match& match, BodyShare& share);

  /// Answers a complete request: checks credentials and role, runs the handler, and turns errors
  /// and exceptions into problem details. Neither the content of a request nor a handler makes it
  /// throw.
  Task<void> answer(const Request& request, const Match& match, Response& response);

  /// Makes the next piece of a response begun by `answer`, replacing `response.body` and reusing
  /// its memory. Returns whether more follow; nullopt after a failure, which is logged: the
  /// response then cannot be completed, and its connection must be cut.
  Task<std::optional<bool>> continue_answer(const Request& request, Response& response);

  /// Answers a request that was refused before it was complete.
  void refuse(const Request& request, const Match& match, const Error& error,
              Response& response) const;

  /// Counts a response and adds its line to the access log.
  void record(const Request& request, const Match& match, const Answered& answered);

  /// Returns the id of the last invoked route, or `-`. Thread-safe.
  std::string_view last_route() const {
    const Route* route = last_route_.load(std::memory_order_relaxed);
    return route ? route->id : "-";
  }

  /// Returns the statistics; readable from any thread.
  const RequestStats& stats() const { return stats_; }

 private:
  void append_site_headers(Response& response, const Request& request) const;
  Task<std::optional<Error>> begin_pieces(Response& response);
  Task<std::optional<Error>> try_answer(Exchange& exchange, const Match& match);
  Task<std::optional<Error>> log_in(Exchange& exchange, const Route& route, Access access);
  Task<std::optional<Error>> answer_once(Exchange& exchange, const Route& route,
                                         std::string_view key);
  Task<std::optional<Error>> invoke(Exchange& exchange, const Route& route);

  GateServices services_;
  RequestStats stats_;
  std::atomic<const Route*> last_route_ = nullptr;  // owned by the router
};

}  // namespace kith::http
