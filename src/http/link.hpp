#pragma once

#include <optional>
#include <string_view>

#include "http/request.hpp"

namespace kith::http {

/// The query parameter with the key of a signed link.
inline constexpr std::string_view link_parameter = "key";

/// Returns the key of a signed link: the first `key` of the query, as sent. A view of
/// `Request::head`.
std::optional<std::string_view> link_key_of(const Request& request);

}  // namespace kith::http
