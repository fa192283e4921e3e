#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

namespace kith {

/// The properties of a field besides its type. Everything that reads or shows the field (JSON,
/// query strings, OpenAPI, the store's columns, settings) uses these rules.
struct FieldRules {
  std::string_view doc = {};      ///< one sentence for OpenAPI
  std::string_view example = {};  ///< as JSON text without quotes
  int chars_min = 0;              ///< of a text, in code points; 0: no bound
  int chars_max = 0;              ///< of a text, in code points; 0: no bound
  int value_min = 0;              ///< of a number; bounds apply only if max > min
  int value_max = 0;
  int items_min = 0;             ///< of a list; OpenAPI shows it, the reader enforces it
  int items_max = 0;             ///< of a list
  std::string_view schema = {};  ///< of a json::Raw: the name of its schema
  bool required = false;         ///< must be present in a complete object
  std::string_view types = {};   ///< of a json::Raw: its types, as a JSON array of names
  bool always_answered = false;  ///< optional in requests, never null in answers
  bool multiline = false;        ///< newlines and runs of blanks are kept (notes)
  bool without_hidden = false;   ///< invisible characters within are removed (display names)
  bool verbatim = false;         ///< neither normalized nor trimmed (passwords, tokens)
  bool stored = true;            ///< has a column of the same name
  bool secret = false;           ///< excluded from logs, caches and command lines
};

/// A field of `Owner`: its external name, its member and its rules.
template <class Owner, class T>
struct Field {
  using owner_type = Owner;
  using value_type = T;
  std::string_view name;
  T Owner::* member;
  FieldRules rules;
};

/// Declares a field. Used only in `fields(...)` lists.
template <class Owner, class T>
constexpr Field<Owner, T> field(std::string_view name, T Owner::* member, FieldRules rules = {}) {
  return {name, member, rules};
}

/// The fields of a struct in display order: the single declaration that drives JSON, OpenAPI,
/// columns and rows.
template <class... Fs>
struct FieldList {
  std::tuple<Fs...> all;

  static constexpr std::size_t size = sizeof...(Fs);

  /// Calls `visit(field)` for each field in order.
  template <class Visit>
  constexpr void for_each(Visit&& visit) const {
    std::apply([&](const auto&... each) { (visit(each), ...); }, all);
  }
};

template <class... Fs>
constexpr FieldList<Fs...> fields(Fs... each) {
  return {{each...}};
}

/// Concatenates two lists. Resources use it to place their writable fields between others.
template <class... As, class... Bs>
constexpr FieldList<As..., Bs...> operator+(const FieldList<As...>& a, const FieldList<Bs...>& b) {
  return {std::tuple_cat(a.all, b.all)};
}

/// A type with a field list: a `static constexpr auto` member function `fields()`.
template <class T>
concept HasFields = requires { T::fields(); };

/// Returns whether a `T` holds a secret.
template <HasFields T>
constexpr bool holds_secret() {
  bool found = false;
  T::fields().for_each([&](const auto& field) { found = found || field.rules.secret; });
  return found;
}

/// A value written as text, which only `parse` creates: it returns the value, or the rest of the
/// sentence "<field> ...".
template <class T>
concept TextValue = requires(std::string_view text, const T& value, std::string& out) {
  { T::parse(text).has_value() } -> std::convertible_to<bool>;
  value.append_to(out);
};

/// An enumeration with external names: `names_of(E)`, a constexpr function beside it, returns them
/// in order.
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E value) {
  { names_of(value)[0] } -> std::convertible_to<std::string_view>;
};

/// Returns the name of `value`.
template <NamedEnum E>
constexpr std::string_view name_of(E value) {
  return names_of(value)[static_cast<std::size_t>(value)];
}

/// Returns the value with that name, or nothing.
template <NamedEnum E>
constexpr std::optional<E> enum_of(std::string_view name) {
  constexpr auto names = names_of(E{});
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == name) return static_cast<E>(i);
  }
  return std::nullopt;
}

/// Whether `T` is a std::optional.
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// Maps `std::optional<T>` to `T`, and any other type to itself.
template <class T>
struct RemoveOptional {
  using type = T;
};
template <class T>
struct RemoveOptional<std::optional<T>> {
  using type = T;
};
template <class T>
using remove_optional = typename RemoveOptional<T>::type;

}  // namespace kith
