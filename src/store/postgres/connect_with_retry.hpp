#pragma once

#include <functional>

#include "store/postgres/connection.hpp"

namespace kith::store::postgres {

/// Makes a first connection by `make`, to a server that may not be there yet: where a group of
/// services starts, the database is seldom the first. While it is not, or lets nobody in, it is
/// waited for up to `limits::database_start_timeout`, and the log says so. Throws Unreachable when
/// that time is over, and at once when the server is there and does not want us.
Handle connect_with_retry(const Url& url, const std::function<Handle()>& make);

}  // namespace kith::store::postgres
