#include "http/gates.hpp"

#include <exception>

#include <spdlog/spdlog.h>

#include "http/handler.hpp"
#include "http/problem.hpp"

namespace kith::http {

namespace {

Error unmatched(const Match& match) {
  if (match.allow.empty()) return not_found().error();
  return {.code = Errc::method_not_allowed, .detail = "Allowed here: " + match.allow + "."};
}

}  // namespace

Task<void> Gates::answer(const Request& request, const Match& match, Response& response) {
  Exchange exchange{.request = request,
                    .response = response,
                    .path_values = match.path_values(),
                    .principal = {},
                    .now = request.received};
  try {
    const auto error = co_await try_answer(exchange, match);
    if (error) refuse(request, *error, response);
    if (!match.allow.empty()) response.add_header("Allow", match.allow);
  } catch (const std::exception& broken) {
    spdlog::error("request {}: {}", request.id.to_string(), broken.what());
    write_internal_error(response, request);
  }
}

void Gates::record(const Request& request, const Match& match, const Answered& answered) {
  RouteStats& stats =
      match.route ? stats_.of(router_.position(*match.route)) : stats_.of_unmatched();
  stats.add(answered.status, answered.ms);
  log_.add(request, match.route ? match.route->path : "-", answered);
}

void Gates::refuse(const Request& request, const Error& error, Response& response) {
  response.body.clear();
  response.headers.clear();
  write_problem(response, error, request);
}

Task<std::optional<Error>> Gates::try_answer(Exchange& exchange, const Match& match) {
  const bool asks_options = exchange.request.verb == Verb::options && !match.allow.empty();
  if (!match.route && asks_options) {
    exchange.response.status = 204;
    co_return std::nullopt;
  }
  if (!match.route) co_return unmatched(match);
  if (auto refused = co_await log_in(exchange, match.route->access)) co_return refused;
  co_return co_await match.route->endpoint.invoke(match.route->endpoint.service, exchange);
}

Task<std::optional<Error>> Gates::log_in(Exchange& exchange, Access access) {
  if (access == Access::anyone) co_return std::nullopt;
  const auto token = bearer_token(exchange.request);
  if (!token) {
    co_return Error{.code = Errc::unauthenticated,
                    .detail = "Send an access token: Authorization: Bearer ..."};
  }
  const Result<Principal> principal = co_await authenticator_.authenticate(*token);
  if (!principal) co_return principal.error();
  if (principal->role < least_role(access, policy_)) {
    co_return Error{.code = Errc::forbidden, .detail = "Your role does not allow this."};
  }
  exchange.principal = *principal;
  co_return std::nullopt;
}

}  // namespace kith::http
