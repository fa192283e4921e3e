#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/assign.hpp"
#include "base/result.hpp"

namespace kith::http {

/// The treatment of parameters with an empty value: validated like any other value (query strings),
/// or absent if optional (OAuth 2.0 forms, RFC 6749, section 3.1).
enum class BlankValues : std::uint8_t { checked, absent };

/// Reads `a=1&b=x%20y` (application/x-www-form-urlencoded, WHATWG URL section 5.1), the format of
/// forms and query strings, into the object of `filler`. Errors: `malformed` for a broken percent
/// escape, invalid UTF-8 or more than `limits::query_parameters_max` pairs. Names and values are
/// decoded into temporary memory; the filler copies them.
std::optional<Error> read_form(std::string_view text, Filler& filler, BlankValues blank);

/// Reads a complete `T` from a query string or form. Errors: `malformed`; `invalid` with all
/// invalid fields.
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

/// Decodes a name or value of a form: `a%20b` and `a+b` to `a b`. Nothing for a broken percent
/// escape or invalid UTF-8.
std::optional<std::string> form_decode(std::string_view text);

/// Returns `text` with all characters except unreserved ones (RFC 3986, section 2.3)
/// percent-encoded.
std::string percent_encode(std::string_view text);

}  // namespace kith::http
