#pragma once

#include <expected>

#include "base/error.hpp"

namespace kith {

/// A value, or the reason why the request for it was refused (see `Error`).
template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for returning a refusal: `return refuse(Errc::not_found, "...")`.
inline std::unexpected<Error> refuse(Errc code, std::string detail) {
  return std::unexpected(Error{.code = code, .detail = std::move(detail)});
}

/// Returns the refusal of a request whose account was deleted after the request was authenticated.
inline std::unexpected<Error> account_is_gone() {
  return refuse(Errc::unauthenticated, "The account no longer exists.");
}

}  // namespace kith
