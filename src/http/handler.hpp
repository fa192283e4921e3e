#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include "base/result.hpp"
#include "http/arguments.hpp"
#include "http/describe.hpp"
#include "http/form.hpp"
#include "http/reply.hpp"
#include "http/router.hpp"
#include "json/read.hpp"

/// Handlers declare their inputs and their result in their signature; `endpoint` turns a function
/// like this into an `Endpoint`:
///
///     Task<Result<Reply<Contact>>> get_contact(Contacts&, Principal, Target<ContactId>);
///
///     {Verb::get, "/api/v1/contacts/{id}", endpoint<&get_contact>(contacts), ...}
namespace kith::http {

/// Returns the refusal of a body whose media type is not in `accepted`.
std::optional<Error> check_media_type(const Request& request,
                                      std::initializer_list<std::string_view> accepted);

/// The media types of PATCH requests and of forms.
inline constexpr auto merge_patch_types = {std::string_view("application/merge-patch+json"),
                                           std::string_view("application/json")};
inline constexpr std::string_view form_type = "application/x-www-form-urlencoded";

/// Returns the error for a resource that does not exist, is in the trash or belongs to another
/// account; the same for all three.
std::unexpected<Error> not_found();

/// Counts `count` requests of `caller`, in addition to the request counted for the route. Returns
/// the refusal if the limit is exceeded.
Task<std::optional<Error>> charge(Exchange& exchange, LimitClass limit, std::string caller,
                                  int count = 1);

/// Counts as `charge` does, on this instance only.
std::optional<Error> charge_here(Exchange& exchange, LimitClass limit, std::string_view caller,
                                 int count = 1);

/// Makes a handler's parameter from the exchange.
template <class T>
struct Extract;

template <>
struct Extract<Principal> {
  static Result<Principal> from(Exchange& exchange) { return *exchange.principal; }
};

template <PathParameter T>
struct Extract<T> {
  static Result<T> from(Exchange& exchange) {
    auto value = PathValue<T>::parse(exchange.path_values.front());
    exchange.path_values = exchange.path_values.subspan(1);
    if (!value) return not_found();
    return *std::move(value);
  }
};

template <class T>
struct Extract<Body<T>> {
  static Result<Body<T>> from(Exchange& exchange) {
    const bool patch = exchange.request.verb == Verb::patch;
    auto error = patch ? check_media_type(exchange.request, merge_patch_types)
                       : check_media_type(exchange.request, {"application/json"});
    if (error) return std::unexpected(*std::move(error));
    auto value = json::read<T>(exchange.request.body, exchange.now);
    if (!value) return std::unexpected(std::move(value.error()));
    return Body<T>{*std::move(value)};
  }
};

template <class T>
struct Extract<Patch<T>> {
  static Result<Patch<T>> from(Exchange& exchange) {
    if (auto error = check_media_type(exchange.request, merge_patch_types)) {
      return std::unexpected(*std::move(error));
    }
    return Patch<T>{exchange.request.body, exchange.now};
  }
};

template <class T>
struct Extract<Params<T>> {
  static Result<Params<T>> from(Exchange& exchange) {
    auto value = read_form<T>(exchange.request.query, exchange.now, BlankValues::checked);
    if (!value) return std::unexpected(std::move(value.error()));
    return Params<T>{*std::move(value)};
  }
};

template <class T>
struct Extract<FormOrBody<T>> {
  static Result<FormOrBody<T>> from(Exchange& exchange) {
    if (auto error = check_media_type(exchange.request, {"application/json", form_type})) {
      return std::unexpected(*std::move(error));
    }
    const std::string& body = exchange.request.body;
    auto value = check_media_type(exchange.request, {form_type})
                     ? json::read<T>(body, exchange.now)
                     : read_form<T>(body, exchange.now, BlankValues::absent);
    if (!value) return std::unexpected(std::move(value.error()));
    return FormOrBody<T>{*std::move(value)};
  }
};

template <>
struct Extract<Conditions> {
  static Result<Conditions> from(Exchange& exchange);
};

template <>
struct Extract<AcceptHeader> {
  static Result<AcceptHeader> from(Exchange& exchange) {
    return AcceptHeader{exchange.request.header("Accept").value_or("")};
  }
};

template <class Id, class Current>
struct Extract<Target<Id, Current>> {
  static Result<Target<Id, Current>> from(Exchange& exchange) {
    const auto id = Extract<Id>::from(exchange);
    if (!id) return std::unexpected(id.error());
    const auto conditions = Extract<Conditions>::from(exchange);
    if (!conditions) return std::unexpected(conditions.error());
    return Target<Id, Current>{*id, *conditions};
  }
};

template <>
struct Extract<Time> {
  static Result<Time> from(Exchange& exchange) { return exchange.now; }
};

template <>
struct Extract<NewIds> {
  static Result<NewIds> from(Exchange& exchange) {
    return exchange.keyed ? NewIds(*exchange.keyed) : NewIds(exchange.now);
  }
};

template <>
struct Extract<Caller> {
  static Result<Caller> from(Exchange& exchange) {
    return Caller{*exchange.principal, exchange.now, *Extract<NewIds>::from(exchange)};
  }
};

/// Passes the exchange to handlers that write their response themselves (pages).
template <>
struct Extract<Exchange*> {
  static Result<Exchange*> from(Exchange& exchange) { return &exchange; }
};

/// Whether a parameter is made from the request's body. Handlers that take the exchange may read
/// any part of the request.
template <class T>
inline constexpr bool reads_body = std::is_same_v<T, Exchange*>;
template <class T>
inline constexpr bool reads_body<Body<T>> = true;
template <class T>
inline constexpr bool reads_body<Patch<T>> = true;
template <class T>
inline constexpr bool reads_body<FormOrBody<T>> = true;

/// The number of `{parameters}` of the path that a parameter of the handler takes.
template <class T>
inline constexpr int path_parameters = PathParameter<T> ? 1 : 0;
template <class Id, class Current>
inline constexpr int path_parameters<Target<Id, Current>> = 1;

namespace detail {

template <class T>
std::optional<Error> take_error(Result<T>& value) {
  if (value) return std::nullopt;
  return std::move(value.error());
}

template <auto Function>
struct Bound;

template <class Service, class R, class... Args, Task<Result<R>> (*Function)(Service&, Args...)>
struct Bound<Function> {
  using service_type = Service;
  using reply_type = R;
  using arguments = std::tuple<Args...>;
  static constexpr bool reads_body = (http::reads_body<Args> || ...);
  static constexpr bool takes_exchange = (std::is_same_v<Args, Exchange*> || ...);
  static constexpr int path_parameters =
      takes_exchange ? -1 : (0 + ... + http::path_parameters<Args>);

  static Task<std::optional<Error>> invoke(void* service, Exchange& exchange) {
    std::tuple<Result<Args>...> taken{Extract<Args>::from(exchange)...};
    std::optional<Error> refused;
    const auto refuse_first = [&](auto&... each) {
      return ((refused = take_error(each)).has_value() || ...);
    };
    if (std::apply(refuse_first, taken)) co_return refused;
    Result<R> result = co_await std::apply(
        [&](auto&... each) {
          return Function(*static_cast<Service*>(service), *std::move(each)...);
        },
        taken);
    if (!result) co_return std::move(result.error());
    write_reply(exchange, *result);
    co_return std::nullopt;
  }

  static void describe(EndpointDoc& doc) {
    (DescribeArgument<Args>::to(doc), ...);
    DescribeReply<R>::to(doc);
  }
};

}  // namespace detail

/// Returns the endpoint that calls `Function(*service, ...)`; with a null service it can only be
/// described. REQUIRES: `service` outlives the router.
template <auto Function>
Endpoint endpoint(typename detail::Bound<Function>::service_type* service) {
  return {.service = service,
          .invoke = &detail::Bound<Function>::invoke,
          .describe = &detail::Bound<Function>::describe,
          .reads_body = detail::Bound<Function>::reads_body,
          .path_parameters = detail::Bound<Function>::path_parameters};
}

}  // namespace kith::http
