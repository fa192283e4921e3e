#include "json/schema.hpp"

#include <stdexcept>

namespace kith::json {

namespace {

void append_bound(std::string& out, std::string_view keyword, int value) {
  out.append(",\"").append(keyword).append("\":") += std::to_string(value);
}

/// Appends an example, given as text; numbers and booleans are written without quotes.
void append_example(std::string& out, std::string_view example, bool is_plain) {
  out += ",\"examples\":[";
  if (is_plain || example == "true" || example == "false") {
    out += example;
  } else {
    write(out, example);
  }
  out.push_back(']');
}

}  // namespace

void append_type(std::string& out, std::string_view type, bool nullable) {
  out += nullable ? "\"type\":[\"" : "\"type\":\"";
  out.append(type).append(nullable ? "\",\"null\"]" : "\"");
}

void append_named_schema(std::string& out, const FieldRules& rules, bool nullable) {
  if (!rules.schema.empty()) {
    const std::string reference = R"("$ref":"#/components/schemas/)" + std::string(rules.schema);
    out += nullable ? "\"anyOf\":[{" + reference + "\"},{\"type\":\"null\"}]," : reference + "\",";
  }
  if (!rules.types.empty()) out.append("\"type\":").append(rules.types).append(",");
  out += "\"description\":";
  write(out, rules.doc);
}

void append_pattern(std::string& out, std::string_view pattern) {
  out += ",\"pattern\":";
  write(out, pattern);
}

void require_use(SchemaContext context, const std::string& name) {
  const std::string& schema = context.schemas[name];
  if (schema.empty()) return;  // it is being written
  const bool is_closed = schema.ends_with(",\"additionalProperties\":false}");
  if (is_closed == (context.use != Use::reply)) return;
  throw std::logic_error("schema " + name + " is used in requests and in replies");
}

void append_list_rules(std::string& out, const FieldRules& rules) {
  out += "\"type\":\"array\"";
  if (rules.items_min > 0) append_bound(out, "minItems", rules.items_min);
  if (rules.items_max > 0) append_bound(out, "maxItems", rules.items_max);
  append_rules(out, rules, false);
}

void append_rules(std::string& out, const FieldRules& rules, bool is_number) {
  if (rules.chars_min > 0) append_bound(out, "minLength", rules.chars_min);
  if (rules.chars_max > 0) append_bound(out, "maxLength", rules.chars_max);
  if (rules.value_max > rules.value_min) {
    append_bound(out, "minimum", rules.value_min);
    append_bound(out, "maximum", rules.value_max);
  }
  if (!rules.doc.empty()) {
    out += ",\"description\":";
    write(out, rules.doc);
  }
  if (!rules.example.empty()) append_example(out, rules.example, is_number);
}

}  // namespace kith::json
