#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "store/value.hpp"

/// Converts C++ values to the parameters of statements.
namespace kith::store {

/// A type that wraps a text (`struct Email { std::string text; }`). Stored text was validated on
/// input and is not parsed again.
template <class T>
concept TextWrapper = requires(T value) {
  { value.text } -> std::same_as<std::string&>;
};

/// Returns a C++ value as the parameter of a statement.
inline Value to_value(std::int64_t value) { return value; }
inline Value to_value(int value) { return std::int64_t{value}; }
inline Value to_value(bool value) { return std::int64_t{value ? 1 : 0}; }
inline Value to_value(Time value) { return value.micros; }
inline Value to_value(std::string_view value) { return Text{value}; }
inline Value to_value(const std::string& value) { return Text{value}; }
inline Value to_value(std::string&& value) { return OwnedText{std::move(value)}; }
inline Value to_value(const char* value) { return Text{value}; }
inline Value to_value(Bytes value) { return value; }
inline Value to_value(OwnedBytes value) { return value; }
inline Value to_value(const ByteString& value) { return Bytes{value.bytes}; }
inline Value to_value(ByteString&& value) { return OwnedBytes{std::move(value.bytes)}; }
inline Value to_value(std::nullopt_t) { return Null{}; }
template <class Kind>
Value to_value(const Id<Kind>& id) {
  return id.uuid;
}
template <NamedEnum E>
Value to_value(E value) {
  return Text{name_of(value)};
}
template <TextWrapper T>
Value to_value(const T& value) {
  return Text{value.text};
}
template <TextWrapper T>
  requires(!std::is_reference_v<T>)
Value to_value(T&& value) {
  return OwnedText{std::move(value.text)};
}
template <TextValue T>
  requires(!TextWrapper<T>)
Value to_value(const T& value) {
  OwnedText owned;
  value.append_to(owned.text);
  return owned;
}
template <class T>
Value to_value(const std::optional<T>& value) {
  return value ? to_value(*value) : Value{Null{}};
}
template <class T>
Value to_value(std::optional<T>&& value) {
  return value ? to_value(*std::move(value)) : Value{Null{}};
}

/// Returns the values of `$1`, `$2`, ...: `values(owner, id, now)`. Texts and bytes passed by name
/// or as views must outlive the statement; the result owns everything else.
template <class... Ts>
Values values(Ts&&... each) {
  Values out;
  out.reserve(sizeof...(each) + 16);
  (out.push_back(to_value(std::forward<Ts>(each))), ...);
  return out;
}

/// Appends the value of each stored field of `object` to `out`, in list order; the values are owned
/// when `object` is a temporary.
template <class List, class T>
void append_values(Values& out, const List& list, T&& object) {
  list.for_each([&](const auto& field) {
    if (field.rules.stored) out.push_back(to_value(std::forward<T>(object).*field.member));
  });
}

}  // namespace kith::store
