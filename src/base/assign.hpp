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

/// One value from outside into one field, under the field's rules. JSON bodies, query strings,
/// forms and settings all come in here.
namespace kith {

/// A text without a type of its own (query string, form, environment): a field of any type may
/// read it.
struct Word {
  std::string_view text;
  /// Whether a blank value counts as absent for an optional field, as OAuth 2.0 demands of forms
  /// (RFC 6749, section 3.1). A blank query parameter is checked like any other value instead: a
  /// client whose variable was empty must not lose a condition without noticing.
  bool blank_is_absent = false;
};

/// A JSON object or array, as its text: only a field that puts off its reading can take it.
struct Nested {
  std::string_view json;
};

/// A value as it arrives: null, true/false, a whole number, any other number, a text, a word.
using Scalar =
    std::variant<std::nullptr_t, bool, std::int64_t, double, std::string_view, Word, Nested>;

/// What is wrong with a value: the rest of the sentence "<field> ..."; empty when it was taken.
using Refusal = std::string;

// The overloads for each kind of field; they leave `out` alone when they refuse.
Refusal assign(std::string& out, const Scalar& value, const FieldRules& rules);
Refusal assign(bool& out, const Scalar& value, const FieldRules& rules);
Refusal assign(int& out, const Scalar& value, const FieldRules& rules);
Refusal assign(std::int64_t& out, const Scalar& value, const FieldRules& rules);

/// The text of `value`, or nothing if it is of another type.
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

/// Whether `value` clears an optional field: null, a blank JSON text, or a blank word for which
/// `blank_is_absent` holds.
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

/// One field of a struct with its type erased, so that readers are compiled once and not for each
/// struct.
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

/// The shape of `T`, made from `T::fields()` at compile time.
template <HasFields T>
constexpr Shape shape_of() {
  return detail::slots_of<T>;
}

/// A struct with rules that concern more than one field, or the day: `check` gives what is wrong.
template <class T>
concept HasRules = requires(const T& object, Time now) {
  { object.check(now) } -> std::same_as<std::vector<FieldError>>;
};

/// Gathers assignments to one object and everything that is wrong with them, so that a client is
/// told all of it at once.
class Filler {
 public:
  Filler(void* object, Shape shape) : object_(object), shape_(shape), seen_(shape.size()) {}

  /// Gives `value` to the field `name`; an unknown name or a second value is refused.
  void put(std::string_view name, const Scalar& value);

  /// Refuses required fields that were not given.
  void require_all();

  /// Adds a refusal found elsewhere.
  void refuse(std::string_view field, Refusal message);

  /// Whether a value was refused or is missing.
  bool failed() const { return !errors_.empty(); }

  /// Whether the field was named at all.
  bool has_error(std::string_view field) const;

  std::vector<FieldError> take_errors() && { return std::move(errors_); }

 private:
  void* object_;
  Shape shape_;
  std::vector<bool> seen_;
  std::vector<FieldError> errors_;
};

/// Ends a reading: the rules of the whole object on top of those of its fields (but not twice for
/// the same field), then all errors at once, or nothing.
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
