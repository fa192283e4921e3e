#include "http/router.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "http/arguments.hpp"

namespace kith::http {

struct Router::Node {
  std::vector<std::pair<std::string_view, std::unique_ptr<Node>>> literals;
  std::unique_ptr<Node> parameter;
  std::vector<const Route*> routes;
  bool is_dav = true;  // true if all routes here and below are DAV

  const Node* literal(std::string_view segment) const {
    for (const auto& [text, node] : literals) {
      if (text == segment) return node.get();
    }
    return nullptr;
  }
};

namespace {

/// Removes the first segment of `path`, which begins with a slash, and returns it.
std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);
  const auto slash = path.find('/');
  const std::string_view segment = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash);
  return segment;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

/// Checks at startup that the handler fits the path; otherwise the mismatch would show up only on a
/// request.
void check_parameters(const Route& route) {
  const auto count = std::ranges::count(route.path, '{');
  const int taken = route.endpoint.path_parameters;
  if (taken < 0 || taken == count) return;
  throw std::logic_error("route " + std::string(route.id) + ": the handler takes " +
                         std::to_string(taken) + " path parameters, the path has " +
                         std::to_string(count));
}

Protocol protocol_of(bool is_dav) { return is_dav ? Protocol::dav : Protocol::api; }

std::string allow_of(const std::vector<const Route*>& routes) {
  std::string allow;
  for (const Route* route : routes) {
    if (!allow.empty()) allow += ", ";
    allow += to_string(route->verb);
    if (route->verb == Verb::get) allow += ", HEAD";
  }
  return allow.empty() ? allow : allow + ", OPTIONS";
}

}  // namespace

Access access_of(const Route& route, const Request& request) {
  if (!route.access_if_new || !creates(request)) return route.access;
  return *route.access_if_new;
}

LimitClass limit_of(const Route& route, Access access) {
  if (route.limit != LimitClass::none) return route.limit;
  switch (access) {
    case Access::contacts_read:
    case Access::labels_read: return LimitClass::contacts_read;
    case Access::contacts_create:
    case Access::books_create: return LimitClass::contacts_create;
    case Access::contacts_change:
    case Access::contacts_delete:
    case Access::photos_change:
    case Access::labels_create:
    case Access::labels_change:
    case Access::labels_delete:
    case Access::books_change:
    case Access::books_delete: return LimitClass::contacts_write;
    case Access::anyone: return LimitClass::none;
    default: return LimitClass::account;
  }
}

std::string_view media_type_of(const Request& request) {
  const std::string_view sent = request.header("Content-Type").value_or("");
  return trim(sent.substr(0, sent.find(';')));
}

std::size_t body_bytes_max_of(const Route* route, const Request& request) {
  const bool may_be_large = route && route->endpoint.reads_body && route->verb != Verb::get &&
                            route->access != Access::anyone;
  if (may_be_large) {
    const auto limit = std::ranges::find_if(route->typed_limits, [&](const TypedLimit& each) {
      return equal_ignoring_case(each.type, media_type_of(request));
    });
    return limit == route->typed_limits.end() ? route->body_bytes_max : limit->bytes_max;
  }
  return std::min(route ? route->body_bytes_max : limits::access_body_bytes_max,
                  limits::access_body_bytes_max);
}

Router::Router(std::vector<Route> routes)
    : routes_(std::move(routes)), root_(std::make_unique<Node>()) {
  std::vector<const Route*> by_verb;
  for (const Route& route : routes_) {
    check_parameters(route);
    node_of(route).routes.push_back(&route);
    const bool is_new =
        std::ranges::none_of(by_verb, [&](const Route* each) { return each->verb == route.verb; });
    if (is_new) by_verb.push_back(&route);
  }
  std::ranges::sort(by_verb, {}, &Route::verb);
  server_allow_ = allow_of(by_verb);
}

Router::~Router() = default;

Router::Node& Router::node_of(const Route& route) {
  Node* node = root_.get();
  std::string_view path = route.path;
  for (;;) {
    node->is_dav = node->is_dav && route.protocol == Protocol::dav;
    if (path.empty()) return *node;
    const std::string_view segment = next_segment(path);
    std::unique_ptr<Node>* child = &node->parameter;
    if (!is_parameter(segment)) {
      auto found =
          std::ranges::find(node->literals, segment, [](auto& each) { return each.first; });
      if (found == node->literals.end()) {
        found = node->literals.emplace(node->literals.end(), segment, nullptr);
      }
      child = &found->second;
    }
    if (!*child) *child = std::make_unique<Node>();
    node = child->get();
  }
}

Match Router::match(Verb verb, std::string_view path) const {
  Match match;
  if (path == "*") {
    match.allow = server_allow_;
    return match;
  }
  const Node* node = root_.get();
  while (node) {
    match.protocol = protocol_of(node->is_dav);
    if (path.empty()) break;
    const std::string_view segment = next_segment(path);
    const Node* child = node->literal(segment);
    if (!child && node->parameter && !segment.empty() && match.value_count < Match::values_max) {
      match.values[match.value_count++] = segment;
      child = node->parameter.get();
    }
    node = child;
  }
  if (!node) return match;
  const Verb wanted = verb == Verb::head ? Verb::get : verb;
  const auto found =
      std::ranges::find(node->routes, wanted, [](auto* route) { return route->verb; });
  if (found == node->routes.end()) {
    match.allow = allow_of(node->routes);
  } else {
    match.route = *found;
    match.protocol = match.route->protocol;
  }
  return match;
}

}  // namespace kith::http
