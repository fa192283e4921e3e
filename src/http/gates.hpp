#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "http/access_log.hpp"
#include "http/principal.hpp"
#include "http/router.hpp"
#include "http/stats.hpp"

namespace kith::http {

/// What every request passes on one loop: the way from a request that was read to a response that
/// can be written. Knows no sockets.
class Gates {
 public:
  /// REQUIRES: router, authenticator and log outlive this.
  Gates(const Router& router, Authenticator& authenticator, AccessLog& log, RolePolicy policy)
      : router_(router),
        authenticator_(authenticator),
        log_(log),
        policy_(policy),
        stats_(router.routes().size()) {}

  /// The route of a request whose header has been read; decides how large its body may be.
  Match match(const Request& request) const { return router_.match(request.verb, request.path); }

  /// Answers a whole request: login, role, handler; then errors and exceptions become problems.
  /// Never throws because of what the request holds or what a handler does.
  Task<void> answer(const Request& request, const Match& match, Response& response);

  /// Answers a request that was refused before it was whole.
  static void refuse(const Request& request, const Error& error, Response& response);

  /// Counts an answer and writes its line in the access log.
  void record(const Request& request, const Match& match, const Answered& answered);

  /// What has been counted; may be read on any thread.
  const RequestStats& stats() const { return stats_; }

 private:
  Task<std::optional<Error>> try_answer(Exchange& exchange, const Match& match);
  Task<std::optional<Error>> log_in(Exchange& exchange, Access access);

  const Router& router_;
  Authenticator& authenticator_;
  AccessLog& log_;
  RolePolicy policy_;
  RequestStats stats_;
};

}  // namespace kith::http
