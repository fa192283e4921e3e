#include "http/openapi.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
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

/// Returns the description of a tag.
std::string_view description_of(std::string_view tag) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> descriptions{{
      {"admin", "Administration: accounts, audit log, mail queue and jobs."},
      {"auth", "Sign-up, sign-in, sessions, e-mail verification and password reset."},
      {"contacts", "The caller's own contacts."},
      {"service", "Health and readiness."},
      {"setup", "The first administrator."},
      {"users", "The caller's own account."},
  }};
  const auto* const found =
      std::ranges::find(descriptions, tag, [](auto& row) { return row.first; });
  return found == descriptions.end() ? std::string_view() : found->second;
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
        doc, {.name = "Idempotency-Key",
              .text = "Visible ASCII characters of your choice; the request takes effect once "
                      "however often it is sent within 24 hours, and is answered alike.",
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
    out += ":{\"schema\":" + doc.reply_schema + "}}";
  }
  return out + "}";
}

std::string problem_response(std::string_view description) {
  return "{\"description\":" + quoted(description) +
         R"(,"content":{"application/problem+json":{"schema":)"
         R"({"$ref":"#/components/schemas/Problem"}}}})";
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
    by_status[status] = problem_response(reason_phrase(status));
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
    content += ":{\"schema\":" + body.schema + "}";
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
  if (scopes_for(permission.access).empty()) return R"([{"bearer":[]}])";
  return R"([{"bearer":[]},{"basic":[]}])";
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

std::string info(std::string_view version) {
  return R"({"title":"Kith","version":)" + quoted(version) +
         R"(,"summary":"Contacts that you host yourself.","license":{"name":"Apache-2.0",)"
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
  add_header_parameter(doc, {.name = "If-Match",
                             .text = "The ETag that you have seen: 412 if it is not the newest."});
  add_header_parameter(
      doc,
      {.name = "If-None-Match",
       .text = "GET: the ETag that you have, 304 if it is the newest. Other methods: 412 if it is "
               "the newest; `*`: 412 if the contact exists. PUT: `*` creates."});
  doc.errors.push_back(Errc::precondition_failed);
}

std::string openapi_document(std::span<const Route> routes, std::string_view version) {
  json::Schemas schemas;
  schemas["Problem"] = problem_schema;
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> paths;
  std::set<std::string> tags;
  for (const Route& route : routes) {
    if (route.summary.empty() || !is_in_openapi(route.verb)) continue;
    paths[std::string(route.path)][lower(to_string(route.verb))] = operation(route, schemas);
    const std::string_view tag = tag_of(route.path);
    tags.insert("{\"name\":" + quoted(tag) + ",\"description\":" + quoted(description_of(tag)) +
                "}");
  }
  std::map<std::string, std::string, std::less<>> path_items;
  for (const auto& [path, operations] : paths) path_items[path] = joined(operations);
  std::string tag_list;
  for (const std::string& tag : tags) tag_list.append(tag_list.empty() ? "" : ",").append(tag);
  return "{\"openapi\":\"3.1.0\",\"info\":" + info(version) +
         R"(,"servers":[{"url":"/"}],"tags":[)" + tag_list + "],\"paths\":" + joined(path_items) +
         ",\"components\":{\"schemas\":" + joined(schemas) +
         R"(,"securitySchemes":{"bearer":{"type":"http","scheme":"bearer",)"
         R"("description":"An access token, or an app password."},)"
         R"("basic":{"type":"http","scheme":"basic",)"
         R"("description":"The e-mail address and an app password."}}}})";
}

}  // namespace kith::http
