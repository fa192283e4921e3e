#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "json/read.hpp"
#include "json/write.hpp"

/// JSON Schema (2020-12, as OpenAPI 3.1 uses it) from field lists.
namespace kith::json {

/// The named schemas of a document: name -> schema as JSON text.
using Schemas = std::map<std::string, std::string, std::less<>>;

/// Who writes an object: a client must not send unknown keys and may leave keys out, the server
/// sends all of them.
enum class Use : std::uint8_t { request, reply };

/// A value written as text may say its format (`date-time`, `uuid`, ...).
template <class T>
concept HasFormat = requires {
  { T::format } -> std::convertible_to<std::string_view>;
};

/// Whether `T` is a std::vector.
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

/// Whether `T` is read later.
template <class T>
inline constexpr bool is_deferred = false;
template <class T>
inline constexpr bool is_deferred<Deferred<T>> = true;

/// What one schema is written with.
struct SchemaContext {
  Schemas& schemas;
  Use use;
};

/// Appends the keywords of a text's or number's bounds, the description and the example.
void append_rules(std::string& out, const FieldRules& rules, bool is_number);

/// Appends `"type":"string"`, or `"type":["string","null"]`.
void append_type(std::string& out, std::string_view type, bool nullable);

/// The `$ref` of the schema of `T`, which is added to the context's schemas if it is new there.
template <HasFields T>
std::string schema_reference(SchemaContext context);

/// Appends `"type":"array"` and the bounds and description of a list.
void append_list_rules(std::string& out, const FieldRules& rules);

/// Appends the schema of one value; `initial` is what a request that does not give it stands for.
template <class T>
void append_schema(std::string& out, const FieldRules& rules, SchemaContext context,
                   const T& initial = {});

/// Appends the keywords that the type of a value gives, without braces.
template <class T>
void append_keywords(std::string& out, const FieldRules& rules, SchemaContext context) {
  using V = remove_optional<T>;
  constexpr bool nullable = is_optional<T>;
  if constexpr (std::is_same_v<V, bool>) {
    append_type(out, "boolean", nullable);
    append_rules(out, rules, false);
  } else if constexpr (std::is_integral_v<V>) {
    append_type(out, "integer", nullable);
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
  } else if constexpr (is_deferred<V>) {
    append_keywords<typename V::value_type>(out, rules, context);
  } else if constexpr (is_vector<V>) {
    append_list_rules(out, rules);
    append_schema<typename V::value_type>(out += ",\"items\":", {}, context);
  } else if constexpr (std::is_same_v<V, Raw>) {
    out += "\"description\":";
    write(out, rules.doc);
  } else {
    append_type(out, "string", nullable);
    if constexpr (HasFormat<V>) out.append(",\"format\":\"").append(V::format).append("\"");
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

/// The schema of an object with the fields of its list.
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
    if (context.use == Use::request && !field.rules.required) return;
    required.append(required.empty() ? "" : ",");
    write(required, field.name);
  });
  std::string out = "{\"type\":\"object\",\"properties\":{" + properties + "}";
  if (!required.empty()) out += ",\"required\":[" + required + "]";
  if (context.use == Use::request) out += ",\"additionalProperties\":false";
  return out + "}";
}

/// The reference to the schema of `T`, which is entered among the named ones as `T::schema_name()`.
template <HasFields T>
std::string schema_reference(SchemaContext context) {
  const std::string name(T::schema_name());
  if (!context.schemas.contains(name)) {
    context.schemas[name];  // entered first: a type that holds itself must not recurse for ever
    context.schemas[name] = object_schema<T>(context);
  }
  return "#/components/schemas/" + name;
}

}  // namespace kith::json
