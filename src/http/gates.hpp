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

/// What the gates ask.
struct GateServices {
  const Router& router;
  Authenticator& authenticator;
  IdempotencyStore& repeats;
  AccessLog& log;
  RateCounters& counters;
  cache::SharedBuckets* shared = nullptr;  ///< null: instances share no limits
  const TrustedProxies& proxies;
  const ClientAddressHeader& client_header;  ///< that the proxies are trusted with
  const CorsOrigins& origins;
  RolePolicy policy;
  bool is_https = false;  ///< whether browsers reach the service by https
};

/// What every request passes on one loop: the way from a request that was read to a response that
/// can be written. Knows no sockets.
class Gates {
 public:
  /// REQUIRES: all that `services` refers to outlives this.
  explicit Gates(GateServices services)
      : services_(services), stats_(services.router.routes().size()) {}

  /// The route of a request whose header has been read; decides how large its body may be.
  Match match(const Request& request) const {
    return services_.router.match(request.verb, request.path);
  }

  /// Who made a request that came from `peer`, perhaps through a proxy; nothing when it is `peer`.
  std::optional<std::string> client_behind(std::string_view peer, const Request& request) const {
    if (services_.proxies.empty()) return std::nullopt;
    return services_.proxies.client_of(peer, request, services_.client_header);
  }

  /// The refusal of a request before its body is read: no memory is spent on the large body of a
  /// caller who is not signed in, or that no route reads. Makes the caller the owner of `share`.
  /// The credentials are checked again for the whole request.
  Task<std::optional<Error>> admit(const Request& request, const Match& match, BodyShare& share);

  /// Answers a whole request: login, role, handler; then errors and exceptions become problems.
  /// Never throws because of what the request holds or what a handler does.
  Task<void> answer(const Request& request, const Match& match, Response& response);

  /// The next piece of an answer that `answer` has begun, in place of `response.body`, whose
  /// memory it uses again. Returns whether more follow; nothing after a failure, which is logged:
  /// the answer cannot be ended then, and its connection must be cut.
  Task<std::optional<bool>> continue_answer(const Request& request, Response& response);

  /// Answers a request that was refused before it was whole.
  void refuse(const Request& request, const Match& match, const Error& error,
              Response& response) const;

  /// Counts an answer and writes its line in the access log.
  void record(const Request& request, const Match& match, const Answered& answered);

  /// The id of the route that was last invoked, or `-`; may be read on any thread.
  std::string_view last_route() const {
    const Route* route = last_route_.load(std::memory_order_relaxed);
    return route ? route->id : "-";
  }

  /// What has been counted; may be read on any thread.
  const RequestStats& stats() const { return stats_; }

 private:
  void append_site_headers(Response& response, const Request& request) const;
  Task<std::optional<Error>> begin_pieces(Response& response);
  Task<std::optional<Error>> try_answer(Exchange& exchange, const Match& match);
  Task<std::optional<Error>> log_in(Exchange& exchange, Access access, Protocol protocol);
  Task<std::optional<Error>> answer_once(Exchange& exchange, const Route& route,
                                         std::string_view key);
  Task<std::optional<Error>> invoke(Exchange& exchange, const Route& route);

  GateServices services_;
  RequestStats stats_;
  std::atomic<const Route*> last_route_ = nullptr;  // of the router's
};

}  // namespace kith::http
