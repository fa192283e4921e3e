#include "http/handler.hpp"

#include <algorithm>
#include <charconv>

namespace kith::http {

namespace {

std::string_view without_weak_mark(std::string_view tag) {
  return tag.starts_with("W/") ? tag.substr(2) : tag;
}

/// Calls `visit` with each member of a comma-separated list of entity tags.
template <class Visit>
void for_each_tag(std::string_view list, Visit visit) {
  while (!list.empty()) {
    const auto comma = list.find(',');
    visit(trim(list.substr(0, comma)));
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
}

}  // namespace

std::unexpected<Error> not_found() {
  return refuse(Errc::not_found, "There is nothing at this address.");
}

namespace {

bool is_counted(const Exchange& exchange, LimitClass limit, int count) {
  return exchange.counters && count > 0 && exchange.counters->limits().of(limit).count > 0;
}

std::optional<Error> outcome(Exchange& exchange, LimitClass limit,
                             const std::expected<RateState, int>& state) {
  // Counters of an address include requests by others, so the caller must not see them.
  const bool is_own = limit != LimitClass::login_account && limit != LimitClass::mail;
  if (is_own) exchange.charged = {limit, state.value_or(RateState{0, state ? 0 : state.error()})};
  if (state) return std::nullopt;
  return too_many_requests(state.error());
}

}  // namespace

std::optional<Error> charge_here(Exchange& exchange, LimitClass limit, std::string_view caller,
                                 int count) {
  if (!is_counted(exchange, limit, count)) return std::nullopt;
  return outcome(exchange, limit, exchange.counters->take(limit, caller, count));
}

Task<std::optional<Error>> charge(Exchange& exchange, LimitClass limit, std::string caller,
                                  int count) {
  if (!exchange.shared) co_return charge_here(exchange, limit, caller, count);
  if (!is_counted(exchange, limit, count)) co_return std::nullopt;
  const auto state =
      co_await exchange.counters->take(*exchange.shared, limit, std::move(caller), count);
  co_return outcome(exchange, limit, state);
}

bool Conditions::is_unchanged(std::string_view etag) const {
  return must_be_new() ||
         std::ranges::find(if_none_match, etag, without_weak_mark) != if_none_match.end();
}

std::vector<EntityTag> Conditions::excluded() const {
  std::vector<EntityTag> tags;
  for (const std::string_view text : if_none_match) {
    if (const auto tag = EntityTag::parse(without_weak_mark(text))) tags.push_back(*tag);
  }
  return tags;
}

bool creates(const Request& request) { return Conditions::of(request).must_be_new(); }

std::optional<EntityTag> EntityTag::parse(std::string_view text) {
  if (text.size() < 3 || text.front() != '"' || text.back() != '"') return std::nullopt;
  const std::string_view inner = text.substr(1, text.size() - 2);
  EntityTag tag;
  const char* const last = inner.data() + inner.size();
  const auto [end, error] = std::from_chars(inner.data(), last, tag.revision);
  const bool is_whole = end == last;
  if (error != std::errc() || tag.revision < 0 || (!is_whole && *end != '-')) return std::nullopt;
  if (!is_whole) tag.suffix = {end + 1, last};
  return tag;
}

namespace {

/// Calls `visit` with the value of each header field of this name.
template <class Visit>
void for_each_value(const Request& request, std::string_view name, Visit visit) {
  for (const Header& header : request.headers) {
    if (header.name.size() == name.size() && equal_ignoring_case(header.name, name)) {
      visit(trim(header.value));
    }
  }
}

}  // namespace

Conditions Conditions::of(const Request& request) {
  Conditions conditions;
  // A weak tag never matches here (RFC 9110, section 13.1.1): `parse` does not read it.
  for_each_value(request, "If-Match", [&](std::string_view value) {
    if (value == "*") conditions.must_exist = true;
    if (value == "*") return;
    if (value.empty()) conditions.if_match.emplace_back();
    for_each_tag(value, [&](std::string_view tag) {
      conditions.if_match.push_back(EntityTag::parse(tag).value_or(EntityTag{}));
    });
  });
  for_each_value(request, "If-None-Match", [&](std::string_view value) {
    for_each_tag(value, [&](std::string_view tag) { conditions.if_none_match.push_back(tag); });
  });
  return conditions;
}

Result<Conditions> Extract<Conditions>::from(Exchange& exchange) {
  return Conditions::of(exchange.request);
}

std::optional<Error> check_media_type(const Request& request,
                                      std::initializer_list<std::string_view> accepted) {
  const std::string_view type = media_type_of(request);
  const bool fits = std::ranges::any_of(
      accepted, [&](std::string_view each) { return equal_ignoring_case(each, type); });
  if (fits) return std::nullopt;
  std::string wanted;
  for (const std::string_view each : accepted) wanted.append(wanted.empty() ? "" : " or ") += each;
  return Error{.code = Errc::unsupported_media_type, .detail = "Send the body as " + wanted + "."};
}

}  // namespace kith::http
