#include "http/gates.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <variant>

#include <spdlog/spdlog.h>

#include "http/handler.hpp"
#include "http/link.hpp"
#include "http/problem.hpp"

namespace kith::http {

namespace {

/// Returns the error for a request that matches no route.
Error unmatched(const Request& request, const Match& match) {
  // Applies to unknown paths too (RFC 9110, section 9.1).
  if (request.verb == Verb::other) {
    return {.code = Errc::not_implemented, .detail = "The server does not support this method."};
  }
  if (match.allow.empty()) return not_found().error();
  return {.code = Errc::method_not_allowed, .detail = "Allowed here: " + match.allow + "."};
}

/// Returns whether the request asks for the methods that the path allows, or with `*` the server. A
/// CORS preflight is also such a request.
bool asks_options(const Request& request, const Match& match) {
  return !match.route && request.verb == Verb::options && !match.allow.empty();
}

/// Counts a request against the limit of its account or client address. A plain function, to save a
/// coroutine when limits are not shared through Redis.
std::optional<Error> charge_caller_here(Exchange& exchange, LimitClass limit) {
  if (exchange.principal) {
    return charge_here(exchange, limit, exchange.principal->account.uuid.bytes());
  }
  return charge_here(exchange, limit, caller_of_address(exchange.request.client_address));
}

Task<std::optional<Error>> charge_caller(Exchange& exchange, LimitClass limit) {
  if (exchange.principal) {
    return charge(exchange, limit, std::string(exchange.principal->account.uuid.bytes()));
  }
  return charge(exchange, limit, caller_of_address(exchange.request.client_address));
}

/// Returns whether the request failed with a server error, possibly after some of its changes took
/// effect.
bool is_server_fault(const Error& error) {
  constexpr int first_server_fault = 500;
  return status_of(error.code) >= first_server_fault;
}

/// Returns whether the key of a link replaces credentials. A client that sends both means these.
bool is_signed_link(const Request& request, const Route& route) {
  return route.accepts_link && !request.header("Authorization") && link_key_of(request);
}

bool is_idempotency_key(std::string_view key) {
  const auto visible = [](char c) { return c > 0x20 && c < 0x7F; };
  return !key.empty() && key.size() <= limits::idempotency_key_chars_max &&
         std::ranges::all_of(key, visible);
}

Error wrong_idempotency_key() {
  return {.code = Errc::malformed,
          .detail = "Idempotency-Key must be 1 to " +
                    std::to_string(limits::idempotency_key_chars_max) +
                    " visible ASCII characters."};
}

}  // namespace

Task<void> Gates::answer(const Request& request, const Match& match, Response& response) {
  Exchange exchange{.request = request,
                    .response = response,
                    .path_values = match.path_values(),
                    .principal = {},
                    .policy = services_.policy,
                    .now = {},  // set when the handler begins
                    .counters = &services_.counters,
                    .shared = services_.shared};
  try {
    auto error = co_await try_answer(exchange, match);
    if (!error && response.next_piece) error = co_await begin_pieces(response);
    if (error) {
      refuse(request, match, *error, response);
    } else {
      append_site_headers(response, request);
      if (!match.allow.empty()) response.add_header("Allow", match.allow);
    }
    if (const auto& charged = exchange.charged) {
      append_rate_headers(response.headers, charged->limit,
                          services_.counters.limits().of(charged->limit), charged->state);
    }
  } catch (const std::exception& broken) {
    spdlog::error("request {}: {}", request.id.to_string(), broken.what());
    write_internal_error(response, request, match.protocol);
    append_site_headers(response, request);
  }
}

/// Makes the first piece before the head is sent: an error so far is an ordinary problem, and a
/// response of one piece an ordinary response.
Task<std::optional<Error>> Gates::begin_pieces(Response& response) {
  const auto more = co_await response.next_piece(response.body);
  if (!more) co_return more.error();
  if (!*more) response.next_piece = nullptr;
  co_return std::nullopt;
}

Task<std::optional<bool>> Gates::continue_answer(const Request& request, Response& response) {
  response.body.clear();
  try {
    const auto more = co_await response.next_piece(response.body);
    if (more) co_return *more;
    spdlog::warn("request {}: answer cut: {}", request.id.to_string(), more.error().detail);
  } catch (const std::exception& broken) {
    spdlog::error("request {}: answer cut: {}", request.id.to_string(), broken.what());
  }
  co_return std::nullopt;
}

void Gates::record(const Request& request, const Match& match, const Answered& answered) {
  RouteStats& stats =
      match.route ? stats_.of(services_.router.position(*match.route)) : stats_.of_unmatched();
  stats.add(answered.status, answered.ms);
  services_.log.add(request, match.route ? match.route->path : "-", answered);
}

void Gates::refuse(const Request& request, const Match& match, const Error& error,
                   Response& response) const {
  response.body.clear();
  response.headers.clear();
  write_problem(response, error, request, match.protocol);
  append_site_headers(response, request);
  if (!match.allow.empty()) response.add_header("Allow", match.allow);
}

/// Appends the headers for browsers: CORS, and HSTS (RFC 6797) if the service is reached over
/// HTTPS.
void Gates::append_site_headers(Response& response, const Request& request) const {
  services_.origins.append_headers(response.headers, request);
  if (services_.is_https) response.add_header("Strict-Transport-Security", "max-age=31536000");
}

Task<std::optional<Error>> Gates::try_answer(Exchange& exchange, const Match& match) {
  if (asks_options(exchange.request, match)) {
    services_.origins.append_preflight(exchange.response.headers, exchange.request, match.allow);
    exchange.response.status = 204;
    co_return std::nullopt;
  }
  if (!match.route) co_return unmatched(exchange.request, match);
  const Access access = access_of(*match.route, exchange.request);
  if (auto refused = co_await log_in(exchange, *match.route, access)) co_return refused;
  if (const LimitClass limit = limit_of(*match.route, access); limit != LimitClass::none) {
    std::optional<Error> refused;
    if (exchange.shared) {
      refused = co_await charge_caller(exchange, limit);
    } else {
      refused = charge_caller_here(exchange, limit);
    }
    if (refused) co_return refused;
  }
  if (match.route->idempotent_by_key) {
    const auto key = exchange.request.header("Idempotency-Key");
    if (key) co_return co_await answer_once(exchange, *match.route, *key);
  }
  co_return co_await invoke(exchange, *match.route);
}

/// Runs the handler. Sets its time here, because receiving the body and waiting for Redis or an
/// idempotency key may have taken long.
Task<std::optional<Error>> Gates::invoke(Exchange& exchange, const Route& route) {
  exchange.now = Clock().now();
  last_route_.store(&route, std::memory_order_relaxed);
  return route.endpoint.invoke(route.endpoint.service, exchange);
}

Task<std::optional<Error>> Gates::admit(const Request& request, const Match& match,
                                        BodyShare& share) {
  share.set_owner({});
  if (!match.route) {
    // Chunked bodies are read up to the limit for small bodies.
    const bool is_read = request.chunked || asks_options(request, match);
    co_return is_read ? std::nullopt : std::optional(unmatched(request, match));
  }
  Response unused;
  Exchange exchange{.request = request,
                    .response = unused,
                    .path_values = {},
                    .principal = {},
                    .policy = services_.policy,
                    .now = {}};
  try {
    auto refused = co_await log_in(exchange, *match.route, access_of(*match.route, request));
    if (exchange.principal) share.set_owner(exchange.principal->account);
    co_return refused;
  } catch (const std::exception& broken) {
    spdlog::error("request {}: {}", request.id.to_string(), broken.what());
    co_return Error{.code = Errc::unavailable,
                    .detail = "The credentials cannot be checked at the moment. Try again."};
  }
}

/// Runs the request, or replays the response if its key was used before. A request that failed with
/// a server error may have taken effect in part, so its key is kept and a repeat continues it
/// (KeyedRequest). After an exception the key also stays leased.
Task<std::optional<Error>> Gates::answer_once(Exchange& exchange, const Route& route,
                                              std::string_view key) {
  if (!is_idempotency_key(key)) co_return wrong_idempotency_key();
  const AccountId account = exchange.principal ? exchange.principal->account : AccountId{};
  auto claimed = co_await services_.repeats.claim(account, key, exchange.request);
  if (!claimed) co_return std::move(claimed.error());
  Response& response = exchange.response;
  if (auto* kept = std::get_if<KeptAnswer>(&*claimed)) {
    response.status = kept->status;
    response.content_type = "application/json";
    response.headers = std::move(kept->headers);
    response.body = std::move(kept->body);
    response.add_header("Idempotency-Replayed", "true");
    co_return std::nullopt;
  }
  exchange.keyed = std::get<KeyedRequest>(*std::move(claimed));
  auto error = co_await invoke(exchange, route);
  // Keeps the key after a repeat even if it was refused (by a rate limit): an earlier attempt may
  // have taken effect.
  if (error && (is_server_fault(*error) || exchange.keyed->repeated)) {
    co_await services_.repeats.reopen(*exchange.keyed, {});
  } else if (error) {
    co_await services_.repeats.release(*exchange.keyed);
  } else if (!exchange.answer_is_final) {
    co_await services_.repeats.reopen(*exchange.keyed, response.body);
  } else {
    co_await services_.repeats.keep(*exchange.keyed,
                                    {response.status, response.headers, response.body});
  }
  co_return error;
}

Task<std::optional<Error>> Gates::log_in(Exchange& exchange, const Route& route, Access access) {
  if (access == Access::anyone) co_return std::nullopt;
  Authenticator& authenticator = services_.authenticator;
  const Result<Principal> principal = is_signed_link(exchange.request, route)
                                          ? authenticator.authenticate_link(exchange.request)
                                          : co_await authenticator.authenticate(exchange.request);
  if (!principal) co_return principal.error();
  if (!is_granted(principal->scope, access, route.protocol)) {
    co_return Error{.code = Errc::forbidden,
                    .detail = "The scope of this app password does not allow this operation.",
                    .slug = "insufficient-scope",
                    .challenge = Challenge::insufficient_scope};
  }
  if (principal->role < least_role(access, services_.policy)) {
    co_return Error{.code = Errc::forbidden, .detail = "Your role does not allow this operation."};
  }
  exchange.principal = *principal;
  exchange.response.owner = principal->account;
  co_return std::nullopt;
}

}  // namespace kith::http
