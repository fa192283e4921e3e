#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/assign.hpp"
#include "base/result.hpp"

namespace kith::http {

/// How a parameter with a blank value is read: like any other value (query strings), or as absent
/// where it is optional (OAuth 2.0 forms, RFC 6749, section 3.1).
enum class BlankValues : std::uint8_t { checked, absent };

/// Reads `a=1&b=x%20y` (application/x-www-form-urlencoded, WHATWG URL section 5.1), which query
/// strings are written in too, into the object behind `filler`. Errors: `malformed` for a broken
/// percent escape, invalid UTF-8 or more than `limits::query_parameters_max` pairs. Names and
/// values are decoded into memory of their own; the filler copies what it keeps.
std::optional<Error> read_form(std::string_view text, Filler& filler, BlankValues blank);

/// A whole `T` from a query string or form; all that is wrong with it is told at once.
template <HasFields T>
Result<T> read_form(std::string_view text, Time now, BlankValues blank) {
  T object{};
  Filler filler(&object, shape_of<T>());
  if (auto malformed = read_form(text, filler, blank))
    return std::unexpected(*std::move(malformed));
  filler.require_all();
  if (auto invalid = finish(std::move(filler), object, now)) {
    return std::unexpected(*std::move(invalid));
  }
  return object;
}

/// A name or value of a form, decoded: `a%20b` and `a+b` as `a b`. Nothing for a broken percent
/// escape or invalid UTF-8.
std::optional<std::string> form_decode(std::string_view text);

/// `text` with everything but unreserved characters (RFC 3986, section 2.3) percent-encoded.
std::string percent_encode(std::string_view text);

}  // namespace kith::http
