#include "http/openapi.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include "base/limits.hpp"
#include "http/describe.hpp"
#include "http/problem.hpp"
#include "json/write.hpp"

namespace kith::http {

namespace {

constexpr std::string_view problem_schema =
    R"({"type":"object","description":"RFC 9457 problem details.","properties":{)"
    R"("type":{"type":"string","format":"uri","examples":["urn:kith:problem:not-found"]},)"
    R"("title":{"type":"string"},"status":{"type":"integer"},"detail":{"type":"string"},)"
    R"("instance":{"type":"string","format":"uri","description":"The request id."},)"
    R"("errors":{"type":"array","items":{"type":"object","properties":{)"
    R"("field":{"type":"string"},"message":{"type":"string"}},"required":["field","message"]}}},)"
    R"("required":["type","title","status","detail","instance"]})";

std::string quoted(std::string_view text) {
  std::string out;
  json::write(out, text);
  return out;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

/// Returns the tag of a path: `contacts` for `/api/v1/contacts/{id}`, `service` for paths outside
/// the API.
std::string_view tag_of(std::string_view path) {
  constexpr std::string_view prefix = "/api/v1/";
  if (!path.starts_with(prefix)) return "service";
  path.remove_prefix(prefix.size());
  return path.substr(0, path.find('/'));
}

struct Tag {
  std::string_view name;
  std::string_view text;
};

/// The first segments behind `/api/v1/` in the order in which readers need them.
constexpr std::array tags{
    Tag{"contacts", "Your contacts: list, search, create, change, delete and restore them."},
    Tag{"labels", "Your labels: list, create, change and delete them."},
    Tag{"books", "Your address books."},
    Tag{"auth", "Sign up, sign in, sign out, and manage sessions."},
    Tag{"users", "Your own account."},
    Tag{"site", "What this server offers to new users."},
    Tag{"service", "Health and readiness."},
    Tag{"setup", "Create the first administrator."},
    Tag{"admin", "Accounts, mails, jobs and the audit log, for moderators and administrators."},
};

/// The Tag Objects. Throws std::logic_error if a route has a tag that is not in the table.
std::string tag_list(std::set<std::string_view> used) {
  std::string out;
  for (const Tag& tag : tags) {
    if (used.erase(tag.name) == 0) continue;
    out += out.empty() ? "{\"name\":" : ",{\"name\":";
    out += quoted(tag.name) + ",\"description\":" + quoted(tag.text) + "}";
  }
  if (!used.empty()) throw std::logic_error("no tag " + std::string(*used.begin()));
  return out;
}

/// The names between braces in the path, with what the route says of them.
std::vector<PathParameterDoc> path_parameters_of(const Route& route) {
  std::vector<PathParameterDoc> parameters;
  std::string_view rest = route.path;
  for (auto begin = rest.find('{'); begin != std::string_view::npos; begin = rest.find('{')) {
    const auto end = rest.find('}', begin);
    const std::size_t index = parameters.size();
    const bool has_text = index < route.parameter_docs.size();
    parameters.push_back({rest.substr(begin + 1, end - begin - 1),
                          has_text ? route.parameter_docs[index] : std::string_view()});
    rest.remove_prefix(end);
  }
  return parameters;
}

EndpointDoc describe(const Route& route, json::Schemas& schemas) {
  EndpointDoc doc{.schemas = schemas, .path_parameters = path_parameters_of(route)};
  route.endpoint.describe(doc);
  if (route.access != Access::anyone) doc.errors.push_back(Errc::unauthenticated);
  if (limit_of(route, route.access) != LimitClass::none)
    doc.errors.push_back(Errc::too_many_requests);
  if (least_role(route.access, RolePolicy::graded) > Role::user) {
    doc.errors.push_back(Errc::forbidden);
  }
  if (route.idempotent_by_key) {
    const std::string schema = R"({"type":"string","minLength":1,"maxLength":)" +
                               std::to_string(limits::idempotency_key_chars_max) +
                               R"(,"pattern":"^[!-~]+$"})";
    add_header_parameter(
        doc,
        {.name = "Idempotency-Key",
         .text = "Visible ASCII characters of your choice. A request that is repeated with the "
                 "same key within 24 hours takes effect only once and gets the same answer.",
         .schema = schema});
    doc.errors.insert(doc.errors.end(), {Errc::malformed, Errc::conflict, Errc::invalid});
  }
  doc.errors.insert(doc.errors.end(), route.errors.begin(), route.errors.end());
  return doc;
}

std::string success_response(const EndpointDoc& doc) {
  std::string out = "{\"description\":" + quoted(reason_phrase(doc.status));
  char before = '{';
  for (const std::string_view header : doc.headers) {
    out.append(before == '{' ? ",\"headers\":{" : ",").append(quoted(header));
    out += ":{\"schema\":{\"type\":\"string\"}}";
    before = ',';
  }
  if (before == ',') out.push_back('}');
  if (!doc.reply_schema.empty()) {
    out.append(",\"content\":{").append(quoted(doc.reply_type));
    out += ":{\"schema\":" + doc.reply_schema + "}";
    for (const BodyDoc& other : doc.other_replies) {
      out.append(",").append(quoted(other.type)) += ":{\"schema\":" + other.schema;
      if (!other.example.empty()) out.append(",\"example\":").append(other.example);
      out += "}";
    }
    out += "}";
  }
  return out + "}";
}

/// Describes a problem; `members` is the schema of its members besides the usual, or empty.
std::string problem_response(std::string_view description, const std::string& members = {}) {
  const std::string problem = R"({"$ref":"#/components/schemas/Problem"})";
  const std::string schema =
      members.empty() ? problem : "{\"allOf\":[" + problem + "," + members + "]}";
  return "{\"description\":" + quoted(description) +
         R"(,"content":{"application/problem+json":{"schema":)" + schema + "}}}";
}

std::string responses(const EndpointDoc& doc) {
  std::map<int, std::string> by_status;
  by_status[doc.status] = success_response(doc);
  if (doc.can_be_created) {
    EndpointDoc created = doc;
    created.status = 201;
    created.headers.push_back("Location");
    by_status[201] = success_response(created);
  }
  if (doc.can_be_accepted) by_status[202] = R"({"description":"Accepted"})";
  if (doc.can_be_unchanged) by_status[304] = R"({"description":"Not Modified"})";
  for (const Errc error : doc.errors) {
    const int status = status_of(error);
    const auto members = doc.problem_members.find(error);
    by_status[status] = problem_response(
        reason_phrase(status), members == doc.problem_members.end() ? "" : members->second);
  }
  std::string out;
  for (const auto& [status, response] : by_status) {
    out.append(out.empty() ? "{\"" : ",\"") += std::to_string(status) + "\":" + response;
  }
  // Errors of any request: a header that is too large, an overload, an unavailable database.
  return out + ",\"default\":" + problem_response("Any other problem") + "}";
}

std::string request_body(const EndpointDoc& doc) {
  std::string content;
  for (const BodyDoc& body : doc.bodies) {
    content.append(content.empty() ? "" : ",").append(quoted(body.type));
    content += ":{\"schema\":" + body.schema;
    if (!body.example.empty()) content.append(",\"example\":").append(body.example);
    content += "}";
  }
  return "{\"required\":true,\"content\":{" + content + "}}";
}

/// The scopes of app passwords that grant `access` by the API: "`api:read` or `api`".
std::string scopes_for(Access access) {
  std::string out;
  for (const Grant& grant : grants) {
    if (grant.scope == Scope::everything || !grant.api.contains(access)) continue;
    out.append(out.empty() ? "`" : " or `").append(name_of(grant.scope)).append("`");
  }
  return out;
}

/// What the permission table says of a route.
std::string who_may(const Permission& permission) {
  std::string out = "For the role `" + std::string(name_of(permission.owner)) + "`";
  if (permission.graded != permission.owner) {
    out += " (`" + std::string(name_of(permission.graded)) + "` if KITH_ROLE_POLICY is graded)";
  }
  out += permission.owner == Role::admin ? "." : " and those above it.";
  const std::string scopes = scopes_for(permission.access);
  if (scopes.empty()) return out + " Not with an app password.";
  return out + " App passwords need the scope " + scopes + ".";
}

/// Returns the permission for creations with `If-None-Match: *`.
std::string who_may_create(const Route& route) {
  if (!route.access_if_new) return {};
  return " With `If-None-Match: *` it counts as a creation. " +
         who_may(permission_of(*route.access_if_new));
}

/// Returns the security schemes that a route accepts.
std::string_view security_of(const Permission& permission) {
  if (permission.access == Access::anyone) return "[]";
  if (scopes_for(permission.access).empty()) return R"([{"password":[]},{"bearer":[]}])";
  return R"([{"password":[]},{"bearer":[]},{"basic":[]}])";
}

std::string operation(const Route& route, json::Schemas& schemas) {
  const EndpointDoc doc = describe(route, schemas);
  std::string out =
      "{\"operationId\":" + quoted(route.id) + ",\"summary\":" + quoted(route.summary);
  out += ",\"tags\":[" + quoted(tag_of(route.path)) + "]";
  const Permission& permission = permission_of(route.access);
  if (route.access != Access::anyone)
    out += ",\"description\":" + quoted(who_may(permission) + who_may_create(route));
  out.append(",\"security\":").append(security_of(permission));
  char before = '[';
  for (const std::string& parameter : doc.parameters) {
    out.append(before == '[' ? ",\"parameters\":[" : ",").append(parameter);
    before = ',';
  }
  if (before == ',') out.push_back(']');
  if (!doc.bodies.empty()) out += ",\"requestBody\":" + request_body(doc);
  return out + ",\"responses\":" + responses(doc) + "}";
}

/// What readers of the document learn first; CommonMark.
constexpr std::string_view introduction =
    R"(This is the API of Kith, a self-hosted contacts server. All requests and answers
are JSON in UTF-8; all times are UTC.

**Sign in.** Choose *Authorize* and enter your e-mail address and password, or send them to
`POST /api/v1/auth/login`. The answer contains an access token for the header
`Authorization: Bearer ...`, and a refresh token that you exchange for new tokens. Programs and
phones use an app password instead, which you create with `POST /api/v1/users/me/app-passwords`.

**Errors** are problem details (RFC 9457): `type` names the kind of error, `detail` says what is
wrong and what to do. Status 422 lists all wrong fields in `errors`.

**Lists** are read page by page: pass `next_cursor` of one page as `cursor` to get the next page.

**Simultaneous changes.** Every contact has an `ETag`. Send it as `If-Match` when you change the
contact: if the contact has changed since you read it, nothing is changed, and the answer 412 has
the contact as it is now in `current`.

**Safe retries.** Send an `Idempotency-Key` of your choice with `POST` requests. When you repeat a
request with the same key, it takes effect only once.

**Rate limits.** The headers `RateLimit` and `RateLimit-Policy` state how many requests are left.
After status 429, wait for the number of seconds in `Retry-After`.)";

std::string info(std::string_view version) {
  return R"({"title":"Kith","version":)" + quoted(version) +
         R"(,"summary":"A self-hosted contacts server.","description":)" + quoted(introduction) +
         R"(,"license":{"name":"Apache-2.0",)"
         R"("identifier":"Apache-2.0"}})";
}

std::string joined(const std::map<std::string, std::string, std::less<>>& members) {
  std::string out;
  for (const auto& [name, value] : members) {
    out.append(out.empty() ? "" : ",") += quoted(name) + ":" + value;
  }
  return "{" + out + "}";
}

}  // namespace

void add_header_parameter(EndpointDoc& doc, const HeaderDoc& header) {
  doc.parameters.push_back("{\"name\":" + quoted(header.name) +
                           ",\"in\":\"header\",\"description\":" + quoted(header.text) +
                           ",\"schema\":" + std::string(header.schema) + "}");
}

void add_path_parameter(EndpointDoc& doc, std::string_view text, std::string_view schema) {
  // The router has checked that the path has as many as the handler takes.
  const PathParameterDoc& parameter = doc.path_parameters.at(doc.path_parameters_described++);
  doc.parameters.push_back("{\"name\":" + quoted(parameter.name) +
                           ",\"in\":\"path\",\"required\":true,\"description\":" +
                           quoted(parameter.text.empty() ? text : parameter.text) +
                           ",\"schema\":" + std::string(schema) + "}");
  doc.errors.push_back(Errc::not_found);
}

std::string query_parameter(std::string_view name, const FieldRules& rules, std::string schema) {
  std::string out = "{\"name\":" + quoted(name) + ",\"in\":\"query\"";
  if (rules.required) out += ",\"required\":true";
  if (!rules.doc.empty()) out += ",\"description\":" + quoted(rules.doc);
  return out + ",\"schema\":" + schema + "}";
}

void DescribeArgument<Conditions>::to(EndpointDoc& doc) {
  add_header_parameter(
      doc, {.name = "If-Match", .text = "The ETag that you have; 412 if it is not the latest."});
  add_header_parameter(
      doc,
      {.name = "If-None-Match",
       .text = "GET: the ETag that you have; 304 if it is the latest. Other methods: 412 if it is "
               "the latest; `*`: 412 if the contact exists. PUT with `*` creates the contact."});
  doc.errors.push_back(Errc::precondition_failed);
}

std::string openapi_document(std::span<const Route> routes, std::string_view version) {
  json::Schemas schemas;
  schemas["Problem"] = problem_schema;
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> paths;
  std::set<std::string_view> used_tags;
  for (const Route& route : routes) {
    if (route.summary.empty() || !is_in_openapi(route.verb)) continue;
    paths[std::string(route.path)][lower(to_string(route.verb))] = operation(route, schemas);
    used_tags.insert(tag_of(route.path));
  }
  std::map<std::string, std::string, std::less<>> path_items;
  for (const auto& [path, operations] : paths) path_items[path] = joined(operations);
  return "{\"openapi\":\"3.1.0\",\"info\":" + info(version) +
         R"(,"servers":[{"url":"/"}],"tags":[)" + tag_list(std::move(used_tags)) +
         "],\"paths\":" + joined(path_items) + ",\"components\":{\"schemas\":" + joined(schemas) +
         R"(,"securitySchemes":{"password":{"type":"oauth2","flows":{"password":)"
         R"({"tokenUrl":"/api/v1/auth/login","scopes":{}}},)"
         R"("description":"Sign in with your e-mail address (as username) and password."},)"
         R"("bearer":{"type":"http","scheme":"bearer",)"
         R"("description":"An access token from signing in, or an app password."},)"
         R"("basic":{"type":"http","scheme":"basic",)"
         R"("description":"Your e-mail address (as username) and an app password."}}}})";
}

}  // namespace kith::http
