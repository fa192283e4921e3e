#pragma once

#include <expected>

#include "base/error.hpp"

namespace kith {

/// A value, or why the request for it was refused (see `Error`).
template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for returning a refusal: `return refuse(Errc::not_found, "...")`.
inline std::unexpected<Error> refuse(Errc code, std::string detail) {
  return std::unexpected(Error{.code = code, .detail = std::move(detail)});
}

}  // namespace kith
