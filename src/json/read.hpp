#pragma once

#include <string_view>

#include "base/assign.hpp"
#include "base/result.hpp"

namespace kith::json {

/// Whether an object replaces what was there or changes it.
enum class Mode {
  whole,  ///< required fields must be given; absent ones keep their default
  merge,  ///< RFC 7396: absent fields stay as they are, null clears
};

/// Reads one JSON object (RFC 8259) into the object behind `filler`. Errors: `malformed` with line
/// and column for text that is not JSON, is nested deeper than `limits::json_depth_max` or is not
/// valid UTF-8; `invalid` for another JSON value. What is wrong with fields is left in `filler`.
std::optional<Error> read_object(std::string_view text, Filler& filler);

/// Reads `text` onto `object`: all that is wrong with its fields is told at once (`invalid`).
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

/// A whole `T`: a parsed value is a valid value.
template <HasFields T>
Result<T> read(std::string_view text, Time now) {
  return read_onto(T{}, text, Mode::whole, now);
}

/// `object` changed by a JSON merge patch (RFC 7396), and checked again as a whole.
template <HasFields T>
Result<T> merge(T object, std::string_view patch, Time now) {
  return read_onto(std::move(object), patch, Mode::merge, now);
}

}  // namespace kith::json
