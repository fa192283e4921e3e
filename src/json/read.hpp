#pragma once

#include <string_view>
#include <vector>

#include "base/assign.hpp"
#include "base/result.hpp"

namespace kith::json {

/// Whether `T` is a std::vector.
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;

/// A value of `T` (an object, or a vector of structs) whose parsing is deferred: only its JSON type
/// and its text are known.
template <class T>
struct Deferred {
  using value_type = T;
  std::string_view json;  ///< empty: the value is absent
};

/// Takes the text of an array for a vector, else of an object.
template <class T>
Refusal assign(Deferred<T>& out, const Scalar& value, const FieldRules&) {
  constexpr char opening = is_vector<T> ? '[' : '{';
  const auto* nested = std::get_if<Nested>(&value);
  if (!nested || !nested->json.starts_with(opening)) {
    return is_vector<T> ? "must be a list" : "must be an object";
  }
  out.json = nested->json;
  return {};
}

/// Whether an object replaces or changes the existing value.
enum class Mode {
  whole,  ///< required fields must be given; absent fields get their default
  merge,  ///< RFC 7396: absent fields stay unchanged, null clears
};

/// Reads one JSON object (RFC 8259) into the object behind `filler`, in time linear in its size;
/// ignores a leading byte order mark. Errors: `malformed` with line and column for text that is not
/// JSON, is nested deeper than `limits::json_depth_max` or is not valid UTF-8; `invalid` for
/// another JSON value. Field errors are left in `filler`.
std::optional<Error> read_object(std::string_view text, Filler& filler);

/// Reads `text` onto `object`. Reports all field errors at once (`invalid`).
template <HasFields T>
Result<T> read_onto(T object, std::string_view text, Mode mode, Time now) {
  Filler filler(&object, shape_of<T>());
  if (auto error = read_object(text, filler)) return std::unexpected(*std::move(error));
  if (mode == Mode::whole) filler.require_all();
  if (auto invalid = finish(std::move(filler), object, now)) {
    return std::unexpected(*std::move(invalid));
  }
  return object;
}

/// Reads a complete `T`: a parsed value is a valid value.
template <HasFields T>
Result<T> read(std::string_view text, Time now) {
  return read_onto(T{}, text, Mode::whole, now);
}

/// Applies a JSON merge patch (RFC 7396) to `object` and validates the result as a whole.
template <HasFields T>
Result<T> merge(T object, std::string_view patch, Time now) {
  return read_onto(std::move(object), patch, Mode::merge, now);
}

}  // namespace kith::json
