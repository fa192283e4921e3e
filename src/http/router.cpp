#include "http/router.hpp"

#include <algorithm>
#include <utility>

#include "http/arguments.hpp"

namespace kith::http {

struct Router::Node {
  std::vector<std::pair<std::string_view, std::unique_ptr<Node>>> literals;
  std::unique_ptr<Node> parameter;
  std::vector<const Route*> routes;

  const Node* literal(std::string_view segment) const {
    for (const auto& [text, node] : literals) {
      if (text == segment) return node.get();
    }
    return nullptr;
  }
};

namespace {

/// Cuts the first segment off `path`, which begins with a slash.
std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);
  const auto slash = path.find('/');
  const std::string_view segment = path.substr(0, slash);
  path.remove_prefix(slash == std::string_view::npos ? path.size() : slash);
  return segment;
}

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

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
    case Access::contacts_read: return LimitClass::contacts_read;
    case Access::contacts_create: return LimitClass::contacts_create;
    case Access::contacts_change:
    case Access::contacts_delete: return LimitClass::contacts_write;
    case Access::anyone: return LimitClass::none;
    default: return LimitClass::account;
  }
}

std::size_t body_bytes_max_of(const Route* route) {
  const bool may_be_large = route && route->endpoint.reads_body && route->verb != Verb::get &&
                            route->access != Access::anyone;
  if (may_be_large) return route->body_bytes_max;
  return std::min(route ? route->body_bytes_max : limits::access_body_bytes_max,
                  limits::access_body_bytes_max);
}

Router::Router(std::vector<Route> routes)
    : routes_(std::move(routes)), root_(std::make_unique<Node>()) {
  std::vector<const Route*> by_verb;
  for (const Route& route : routes_) {
    node_of(route.path).routes.push_back(&route);
    const bool is_new =
        std::ranges::none_of(by_verb, [&](const Route* each) { return each->verb == route.verb; });
    if (is_new) by_verb.push_back(&route);
  }
  std::ranges::sort(by_verb, {}, &Route::verb);
  server_allow_ = allow_of(by_verb);
}

Router::~Router() = default;

Router::Node& Router::node_of(std::string_view path) {
  Node* node = root_.get();
  while (!path.empty()) {
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
  return *node;
}

Match Router::match(Verb verb, std::string_view path) const {
  Match match;
  if (path == "*") {
    match.allow = server_allow_;
    return match;
  }
  const Node* node = root_.get();
  while (node && !path.empty()) {
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
  if (found != node->routes.end()) match.route = *found;
  if (!match.route) match.allow = allow_of(node->routes);
  return match;
}

}  // namespace kith::http
