#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

/// Writes JSON by appending to a string, driven by field lists.
namespace kith::json {

/// Appends `text` as a JSON string. REQUIRES: valid UTF-8.
void write(std::string& out, std::string_view text);

void write(std::string& out, std::int64_t value);

/// JSON text that is written unchanged.
struct Raw {
  std::string text = "null";
};

/// The same for a value that `T` describes: `T::schema_name()` and `T::schema` (json::HasSchema).
template <class T>
struct RawOf : Raw {
  using value_type = T;
};

inline void write(std::string& out, const Raw& raw) { out += raw.text; }
inline void write(std::string& out, int value) { write(out, std::int64_t{value}); }
inline void write(std::string& out, bool value) { out += value ? "true" : "false"; }
inline void write(std::string& out, const std::string& text) { write(out, std::string_view(text)); }
inline void write(std::string& out, const char* text) { write(out, std::string_view(text)); }

/// A value that writes itself as text without characters that JSON must escape.
template <class T>
concept PlainText = requires(const T& value, std::string& out) { value.append_to(out); };

template <PlainText T>
void write(std::string& out, const T& value) {
  if constexpr (requires { value.text; }) {
    write(out, std::string_view(value.text));  // user input: may need escapes
  } else {
    out.push_back('"');
    value.append_to(out);
    out.push_back('"');
  }
}

template <NamedEnum E>
void write(std::string& out, E value) {
  write(out, name_of(value));
}

template <HasFields T>
void write(std::string& out, const T& object);

template <class T>
void write(std::string& out, const std::optional<T>& value) {
  if (value) {
    write(out, *value);
  } else {
    out += "null";
  }
}

template <class T>
void write(std::string& out, const std::vector<T>& items) {
  out.push_back('[');
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out.push_back(',');
    write(out, items[i]);
  }
  out.push_back(']');
}

/// Writes an object with the fields of its list, in order.
template <HasFields T>
void write(std::string& out, const T& object) {
  char before = '{';
  T::fields().for_each([&](const auto& field) {
    out.push_back(before);
    before = ',';
    out.push_back('"');
    out.append(field.name).append("\":");
    write(out, object.*field.member);
  });
  out.push_back('}');
}

/// Returns `object` as JSON in a new string.
template <class T>
std::string to_json(const T& object) {
  std::string out;
  write(out, object);
  return out;
}

}  // namespace kith::json
