#pragma once

#include <string>
#include <string_view>

namespace kith {

/// A URL of the form `scheme://user:password@host...` with asterisks for the password. The host
/// begins behind the last `@` before the query.
std::string masked_url(std::string_view url);

}  // namespace kith
