#pragma once

#include <vector>

#include "contacts/books/books.hpp"
#include "http/router.hpp"

namespace kith::contacts {

/// Returns the routes of address books. REQUIRES: `books` outlives the router, or is null for a
/// description.
std::vector<http::Route> book_routes(Books* books);

}  // namespace kith::contacts
