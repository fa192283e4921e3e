#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

/// JSON Schema (2020-12, as OpenAPI 3.1 uses it), generated from field lists.
namespace kith::json {

/// The named schemas of a document: name -> schema as JSON text.
using Schemas = std::map<std::string, std::string, std::less<>>;

/// The use of an object. In requests, clients must not send unknown keys and may omit optional
/// keys; in merge patches (RFC 7396) they may omit any key; replies contain all keys.
enum class Use : std::uint8_t { request, patch, reply };

/// A value written as text may have a format (`date-time`, `uuid`, ...).
template <class T>
concept HasFormat = requires {
  { T::format } -> std::convertible_to<std::string_view>;
};

/// A value written as text may have a pattern (ECMA-262).
template <class T>
concept HasPattern = requires {
  { T::pattern } -> std::convertible_to<std::string_view>;
};

/// A struct with rules between fields that JSON Schema can express: `schema_rules` holds keywords
/// for the whole object, such as `"anyOf":[...]`.
template <class T>
concept HasSchemaRules = requires {
  { T::schema_rules } -> std::convertible_to<std::string_view>;
};

/// A value that no field list describes: `T::schema` is its Schema Object as JSON.
template <class T>
concept HasSchema = requires {
  { T::schema_name() } -> std::convertible_to<std::string>;
  { T::schema } -> std::convertible_to<std::string_view>;
};

/// Whether `T` is a json::RawOf.
template <class T>
inline constexpr bool is_raw_of = false;
template <class T>
inline constexpr bool is_raw_of<RawOf<T>> = true;

/// Whether `T` is a json::Deferred.
template <class T>
inline constexpr bool is_deferred = false;
template <class T>
inline constexpr bool is_deferred<Deferred<T>> = true;

/// The parameters for writing a schema.
struct SchemaContext {
  Schemas& schemas;
  Use use;
};

/// Appends the bounds of a text or number, the description and the example.
void append_rules(std::string& out, const FieldRules& rules, bool is_number);

/// Throws std::logic_error if the schema with that name is not for `context.use`.
void require_use(SchemaContext context, const std::string& name);

/// Appends `"type":"string"`, or `"type":["string","null"]`.
void append_type(std::string& out, std::string_view type, bool nullable);

/// Returns the `$ref` of the schema of `T`, and adds the schema to the context if it is missing.
template <HasFields T>
std::string schema_reference(SchemaContext context);

/// Appends the reference to the schema of `T`, which it adds to the context, and the description.
template <HasSchema T>
void append_given_schema(std::string& out, const FieldRules& rules, Schemas& schemas) {
  const std::string name(T::schema_name());
  schemas[name] = T::schema;
  out += R"("$ref":"#/components/schemas/)" + name + '"';
  append_rules(out, rules, false);
}

/// Appends `"type":"array"`, and the bounds and description of a list.
void append_list_rules(std::string& out, const FieldRules& rules);

/// Appends the reference to the schema that `rules` names, or the types that it lists, for a value
/// whose C++ type does not tell them.
void append_named_schema(std::string& out, const FieldRules& rules, bool nullable);

/// Appends a pattern and the other keywords of a text.
void append_pattern(std::string& out, std::string_view pattern);

/// Appends the keywords determined by the type of a value, without braces.
template <class T>
void append_keywords(std::string& out, const FieldRules& rules, SchemaContext context);

/// Appends the schema of a value; `initial` is the default for requests that omit it.
template <class T>
void append_schema(std::string& out, const FieldRules& rules, SchemaContext context,
                   const T& initial = {});

/// Appends the keywords of a json::Deferred.
template <class T>
void append_deferred(std::string& out, const FieldRules& rules, SchemaContext context) {
  if constexpr (HasSchema<T>) {
    append_given_schema<T>(out, rules, context.schemas);
  } else {
    // A deferred object may be a complete object or a patch.
    append_keywords<T>(out, rules, {context.schemas, HasFields<T> ? Use::patch : context.use});
  }
}

/// Appends the keywords determined by the type of a value, without braces.
template <class T>
void append_keywords(std::string& out, const FieldRules& rules, SchemaContext context) {
  using V = remove_optional<T>;
  const bool nullable = is_optional<T> && !(rules.always_answered && context.use == Use::reply);
  if constexpr (std::is_same_v<V, bool>) {
    append_type(out, "boolean", nullable);
    append_rules(out, rules, false);
  } else if constexpr (std::is_integral_v<V>) {
    append_type(out, "integer", nullable);
    if constexpr (sizeof(V) == sizeof(std::int64_t)) out += ",\"format\":\"int64\"";
    append_rules(out, rules, true);
  } else if constexpr (NamedEnum<V>) {
    append_type(out, "string", nullable);
    char before = '[';
    out += ",\"enum\":";
    for (const std::string_view name : names_of(V{})) {
      out.push_back(before);
      before = ',';
      write(out, name);
    }
    out.push_back(']');
    append_rules(out, rules, false);
  } else if constexpr (HasFields<V>) {
    const std::string reference = "\"$ref\":\"" + schema_reference<V>(context) + "\"";
    out += nullable ? "\"anyOf\":[{" + reference + "},{\"type\":\"null\"}]" : reference;
  } else if constexpr (is_raw_of<V>) {
    append_given_schema<typename V::value_type>(out, rules, context.schemas);
  } else if constexpr (is_deferred<V>) {
    append_deferred<typename V::value_type>(out, rules, context);
  } else if constexpr (is_vector<V>) {
    append_list_rules(out, rules);
    append_schema<typename V::value_type>(out += ",\"items\":", {}, context);
  } else if constexpr (std::is_same_v<V, Raw>) {
    append_named_schema(out, rules, nullable);
  } else {
    append_type(out, "string", nullable);
    if constexpr (HasFormat<V>) out.append(",\"format\":\"").append(V::format).append("\"");
    if constexpr (HasPattern<V>) append_pattern(out, V::pattern);
    append_rules(out, rules, false);
  }
}

template <class T>
void append_schema(std::string& out, const FieldRules& rules, SchemaContext context,
                   const T& initial) {
  out.push_back('{');
  append_keywords<T>(out, rules, context);
  constexpr bool has_default = !is_optional<T> && !HasFields<T> && !is_vector<T> && !is_deferred<T>;
  if constexpr (has_default) {
    if (context.use == Use::request && !rules.required) {
      out += ",\"default\":";
      write(out, initial);
    }
  }
  out.push_back('}');
}

/// Returns the schema of an object with the fields of its list.
template <HasFields T>
std::string object_schema(SchemaContext context) {
  std::string properties;
  std::string required;
  const T initial{};
  T::fields().for_each([&]<class Owner, class V>(const Field<Owner, V>& field) {
    properties.append(properties.empty() ? "" : ",");
    write(properties, field.name);
    properties.push_back(':');
    append_schema<V>(properties, field.rules, context, initial.*field.member);
    const bool may_be_absent = context.use == Use::request && !field.rules.required;
    if (may_be_absent || context.use == Use::patch) return;
    required.append(required.empty() ? "" : ",");
    write(required, field.name);
  });
  std::string out = "{\"type\":\"object\",\"properties\":{" + properties + "}";
  if (!required.empty()) out += ",\"required\":[" + required + "]";
  if constexpr (HasSchemaRules<T>) {
    if (context.use == Use::request) out.append(",").append(T::schema_rules);
  }
  if (context.use != Use::reply) out += ",\"additionalProperties\":false";
  return out + "}";
}

/// Returns a reference to the schema of `T`. Registers the schema as `T::schema_name()`, with the
/// suffix `Patch` for a patch. Throws std::logic_error if a request and a reply would share a name:
/// their schemas differ, since a request has no additional keys.
template <HasFields T>
std::string schema_reference(SchemaContext context) {
  std::string name(T::schema_name());
  if (context.use == Use::patch) name += "Patch";
  if (!context.schemas.contains(name)) {
    context.schemas[name];  // entered first: a recursive type must terminate
    context.schemas[name] = object_schema<T>(context);
  }
  require_use(context, name);
  return "#/components/schemas/" + name;
}

}  // namespace kith::json
