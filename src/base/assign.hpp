#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/fields.hpp"
#include "base/text.hpp"
#include "base/time.hpp"

/// Assigns one external value to one field under the field's rules. JSON bodies, query strings,
/// forms and settings all use these functions.
namespace kith {

/// An untyped text (query string, form, environment) that a field of any type may parse.
struct Word {
  std::string_view text;
  /// Whether a blank value counts as absent for an optional field, as OAuth 2.0 requires for forms
  /// (RFC 6749, section 3.1). A blank query parameter is checked like any other value instead: a
  /// client with an empty variable must not silently lose a condition.
  bool blank_is_absent = false;
};

/// A JSON object or array as text. Only fields with deferred parsing accept it.
struct Nested {
  std::string_view json;
};

/// An input value: null, true/false, an integer, any other number, a text, or a word.
using Scalar =
    std::variant<std::nullptr_t, bool, std::int64_t, double, std::string_view, Word, Nested>;

/// Why a value is refused: the rest of the sentence "<field> ..."; empty if it was accepted.
using Refusal = std::string;

// The overloads for each kind of field. They leave `out` unchanged when they refuse.
Refusal assign(std::string& out, const Scalar& value, const FieldRules& rules);
Refusal assign(bool& out, const Scalar& value, const FieldRules& rules);
Refusal assign(int& out, const Scalar& value, const FieldRules& rules);
Refusal assign(std::int64_t& out, const Scalar& value, const FieldRules& rules);

/// Returns the text of `value`, or nothing if it has another type.
std::optional<std::string_view> text_of(const Scalar& value);

template <TextValue T>
Refusal assign(T& out, const Scalar& value, const FieldRules& rules) {
  const auto text = text_of(value);
  if (!text) return "must be a text";
  auto parsed = T::parse(rules.verbatim ? *text : trim_invisible(*text));
  if (!parsed) return Refusal(parsed.error());
  out = *std::move(parsed);
  return {};
}

template <NamedEnum E>
Refusal assign(E& out, const Scalar& value, const FieldRules&) {
  const auto text = text_of(value);
  const auto found = text ? enum_of<E>(*text) : std::nullopt;
  if (!found) {
    Refusal refusal = "must be one of";
    for (const std::string_view name : names_of(E{})) refusal.append(" ").append(name);
    return refusal;
  }
  out = *found;
  return {};
}

/// Returns whether `value` clears an optional field: null, a blank JSON text, or a blank word with
/// `blank_is_absent`.
bool clears(const Scalar& value);

template <class T>
Refusal assign(std::optional<T>& out, const Scalar& value, const FieldRules& rules) {
  if (clears(value)) {
    out.reset();
    return {};
  }
  T taken{};
  Refusal refusal = assign(taken, value, rules);
  if (refusal.empty()) out = std::move(taken);
  return refusal;
}

/// A type-erased field of a struct, so that readers are compiled once and not for each struct.
struct Slot {
  std::string_view name;
  const FieldRules* rules;
  Refusal (*assign)(void* object, const Scalar& value, const FieldRules& rules);
};

/// The fields of a struct, type-erased.
using Shape = std::span<const Slot>;

namespace detail {

template <HasFields T>
inline constexpr auto list_of = T::fields();

template <HasFields T, std::size_t I>
Refusal assign_member(void* object, const Scalar& value, const FieldRules& rules) {
  constexpr auto member = std::get<I>(list_of<T>.all).member;
  return assign(static_cast<T*>(object)->*member, value, rules);
}

template <HasFields T, std::size_t... Is>
constexpr auto make_slots(std::index_sequence<Is...>) {
  return std::array<Slot, sizeof...(Is)>{Slot{std::get<Is>(list_of<T>.all).name,
                                              &std::get<Is>(list_of<T>.all).rules,
                                              &assign_member<T, Is>}...};
}

template <HasFields T>
inline constexpr auto slots_of = make_slots<T>(std::make_index_sequence<list_of<T>.size>{});

}  // namespace detail

/// Returns the shape of `T`, built from `T::fields()` at compile time.
template <HasFields T>
constexpr Shape shape_of() {
  return detail::slots_of<T>;
}

/// A struct with rules that concern several fields or the current date: `check` returns what is
/// wrong.
template <class T>
concept HasRules = requires(const T& object, Time now) {
  { object.check(now) } -> std::same_as<std::vector<FieldError>>;
};

/// Collects assignments to an object and all field errors, so that clients get all errors at once.
class Filler {
 public:
  Filler(void* object, Shape shape) : object_(object), shape_(shape), seen_(shape.size()) {}

  /// Assigns `value` to the field `name`. Refuses an unknown name and a second value.
  void put(std::string_view name, const Scalar& value);

  /// Refuses missing required fields.
  void require_all();

  /// Adds a field error found elsewhere.
  void refuse(std::string_view field, Refusal message);

  /// Returns whether a field was refused or is missing.
  bool failed() const { return !errors_.empty(); }

  /// Returns whether the field has an error.
  bool has_error(std::string_view field) const;

  std::vector<FieldError> take_errors() && { return std::move(errors_); }

 private:
  void* object_;
  Shape shape_;
  std::vector<bool> seen_;
  std::vector<FieldError> errors_;
};

/// Finishes reading: checks the rules of the whole object, except for fields that already have an
/// error, and returns all errors, or nothing.
template <class T>
std::optional<Error> finish(Filler&& filler, const T& object, Time now) {
  if constexpr (HasRules<T>) {
    for (FieldError& error : object.check(now)) {
      if (!filler.has_error(error.field)) filler.refuse(error.field, std::move(error.message));
    }
  }
  if (!filler.failed()) return std::nullopt;
  return Error{.code = Errc::invalid,
               .detail = "The request has fields that are not valid.",
               .fields = std::move(filler).take_errors()};
}

}  // namespace kith
