#pragma once

#include <concepts>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/ids.hpp"
#include "http/arguments.hpp"
#include "http/reply.hpp"
#include "json/schema.hpp"

/// The OpenAPI description of a handler, derived from the types in its signature.
namespace kith::http {

/// A request body: its media type and a Schema Object as JSON.
struct BodyDoc {
  std::string_view type;
  std::string schema;
  std::string_view example = {};  ///< a complete body as JSON; empty: the examples of its fields
};

/// A type with a complete, valid example body as JSON, used instead of the examples of its fields.
template <class T>
concept HasExample = requires {
  { T::example } -> std::convertible_to<std::string_view>;
};

/// A `{parameter}` of a path.
struct PathParameterDoc {
  std::string_view name;
  std::string_view text = {};  ///< from the route; empty: derived from the type
};

/// The types of a handler as parts of an OpenAPI operation.
struct EndpointDoc {
  json::Schemas& schemas;
  std::vector<PathParameterDoc> path_parameters = {};  ///< in path order
  std::size_t path_parameters_described = 0;  ///< the number described by the handler so far
  std::vector<std::string> parameters = {};   ///< Parameter Objects as JSON
  std::vector<BodyDoc> bodies = {};           ///< in display order
  int status = 200;
  std::string reply_schema = {};  ///< a Schema Object as JSON; empty: no body
  std::string_view reply_type = "application/json";
  std::vector<BodyDoc> other_replies = {};     ///< the same in other media types
  std::vector<std::string_view> headers = {};  ///< response headers
  bool can_be_unchanged = false;               ///< 304
  bool can_be_created = false;                 ///< 201, with the same body
  bool can_be_accepted = false;                ///< 202, without a body
  std::vector<Errc> errors = {};
  /// The Schema Objects, as JSON, of the members that problems of an error have besides the usual.
  std::map<Errc, std::string> problem_members = {};
};

/// A request header.
struct HeaderDoc {
  std::string_view name;
  std::string_view text;
  std::string_view schema = R"({"type":"string"})";  ///< a Schema Object as JSON
};

/// Adds a request header.
void add_header_parameter(EndpointDoc& doc, const HeaderDoc& header);

/// Adds the next parameter of the path; `text` describes it unless the route does. `schema` is a
/// Schema Object as JSON.
void add_path_parameter(EndpointDoc& doc, std::string_view text, std::string_view schema);

/// Returns the Parameter Object of a query parameter.
std::string query_parameter(std::string_view name, const FieldRules& rules, std::string schema);

/// Returns a Schema Object, as JSON, that refers to the schema of `T` in replies.
template <HasFields T>
std::string reply_reference(EndpointDoc& doc) {
  return "{\"$ref\":\"" + json::schema_reference<T>({doc.schemas, json::Use::reply}) + "\"}";
}

/// Describes a parameter of a handler; by default adds nothing.
template <class T>
struct DescribeArgument {
  static void to(EndpointDoc&) {}
};

/// Describes a body of `T` in one of the media types.
template <HasFields T>
void describe_body(EndpointDoc& doc, std::initializer_list<std::string_view> types,
                   json::Use use = json::Use::request) {
  const std::string schema = "{\"$ref\":\"" + json::schema_reference<T>({doc.schemas, use}) + "\"}";
  std::string_view example;
  if constexpr (HasExample<T>) example = T::example;
  for (const std::string_view type : types) doc.bodies.push_back({type, schema, example});
  doc.errors.insert(doc.errors.end(), {Errc::malformed, Errc::payload_too_large,
                                       Errc::unsupported_media_type, Errc::invalid});
}

template <class T>
struct DescribeArgument<Body<T>> {
  static void to(EndpointDoc& doc) { describe_body<T>(doc, {"application/json"}); }
};

template <class T>
struct DescribeArgument<Patch<T>> {
  static void to(EndpointDoc& doc) {
    describe_body<T>(doc, {"application/merge-patch+json", "application/json"}, json::Use::patch);
  }
};

template <class T>
struct DescribeArgument<FormOrBody<T>> {
  static void to(EndpointDoc& doc) {
    describe_body<T>(doc, {"application/json", "application/x-www-form-urlencoded"});
  }
};

template <PathParameter T>
struct DescribeArgument<T> {
  static void to(EndpointDoc& doc) {
    add_path_parameter(doc, PathValue<T>::text(), PathValue<T>::schema);
  }
};

template <class T>
struct DescribeArgument<Params<T>> {
  static void to(EndpointDoc& doc) {
    const T initial{};
    T::fields().for_each([&]<class Owner, class V>(const Field<Owner, V>& field) {
      FieldRules rules = field.rules;
      rules.doc = {};
      std::string schema;
      // A value that may be absent from a query string cannot be null there.
      json::append_schema<remove_optional<V>>(schema, rules, {doc.schemas, json::Use::reply});
      if constexpr (!is_optional<V>) {
        schema.clear();
        json::append_schema<V>(schema, rules, {doc.schemas, json::Use::request},
                               initial.*field.member);
      }
      doc.parameters.push_back(query_parameter(field.name, field.rules, schema));
    });
    doc.errors.push_back(Errc::malformed);
    doc.errors.push_back(Errc::invalid);
  }
};

template <>
struct DescribeArgument<Conditions> {
  static void to(EndpointDoc& doc);
};

template <class Id, class Current>
struct DescribeArgument<Target<Id, Current>> {
  static void to(EndpointDoc& doc) {
    DescribeArgument<Id>::to(doc);
    DescribeArgument<Conditions>::to(doc);
    if constexpr (HasFields<Current>) {
      doc.problem_members[Errc::precondition_failed] = reply_reference<Current>(doc);
    }
  }
};

/// Describes the reply of a handler.
template <class R>
struct DescribeReply;

/// Describes a response with a JSON body of `T`.
template <HasFields T>
void describe_json(EndpointDoc& doc, int status) {
  doc.status = status;
  doc.reply_schema = reply_reference<T>(doc);
}

template <class T>
struct DescribeReply<Reply<T>> {
  static void to(EndpointDoc& doc) { describe_json<T>(doc, 200); }
};

template <class T>
struct DescribeReply<Created<T>> {
  static void to(EndpointDoc& doc) {
    describe_json<T>(doc, 201);
    doc.headers.push_back("Location");
  }
};

template <class T>
struct DescribeReply<Saved<T>> {
  static void to(EndpointDoc& doc) {
    describe_json<T>(doc, 200);
    doc.headers.push_back("ETag");
    doc.can_be_created = true;
  }
};

template <class T>
struct DescribeReply<MaybeUnchanged<T>> {
  static void to(EndpointDoc& doc) {
    describe_json<T>(doc, 200);
    doc.headers.push_back("ETag");
    doc.can_be_unchanged = true;
  }
};

template <class T>
struct DescribeReply<Page<T>> {
  static void to(EndpointDoc& doc) {
    describe_json<Page<T>>(doc, 200);
    doc.headers.push_back("Link");
  }
};

template <>
struct DescribeReply<Accepted> {
  static void to(EndpointDoc& doc) { doc.status = 202; }
};

template <class T>
struct DescribeReply<CreatedOrAccepted<T>> {
  static void to(EndpointDoc& doc) {
    DescribeReply<Created<T>>::to(doc);
    doc.can_be_accepted = true;
  }
};

template <class T>
struct DescribeReply<DoneOrAccepted<T>> {
  static void to(EndpointDoc& doc) {
    describe_json<T>(doc, 200);
    doc.can_be_accepted = true;
  }
};

template <>
struct DescribeReply<NoContent> {
  static void to(EndpointDoc& doc) { doc.status = 204; }
};

template <>
struct DescribeReply<Streamed> {
  static void to(EndpointDoc&) {}
};

template <>
struct DescribeReply<Written> {
  static void to(EndpointDoc&) {}
};

/// Describes the first kind of reply, and the body and other media types of the others.
template <class First, class... Others>
struct DescribeReply<std::variant<First, Others...>> {
  static void to(EndpointDoc& doc) {
    DescribeReply<First>::to(doc);
    std::string schemas = doc.reply_schema;
    const auto add = [&]<class R>(std::type_identity<R>) {
      EndpointDoc other{.schemas = doc.schemas};
      DescribeReply<R>::to(other);
      if (!other.reply_schema.empty()) schemas += "," + other.reply_schema;
      doc.other_replies.insert(doc.other_replies.end(), other.other_replies.begin(),
                               other.other_replies.end());
    };
    (add(std::type_identity<Others>{}), ...);
    if (schemas != doc.reply_schema) doc.reply_schema = "{\"anyOf\":[" + schemas + "]}";
  }
};

}  // namespace kith::http
