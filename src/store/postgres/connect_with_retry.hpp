#pragma once

#include <functional>

#include "store/postgres/connection.hpp"

namespace kith::store::postgres {

/// Makes the first connection by `make`, and retries with backoff for up to
/// `limits::database_start_timeout` while the server is down or starting: when a group of services
/// starts, the database is seldom the first. The log says so. Throws Unreachable on timeout, or
/// without further retries when the server is up and refuses the connection.
Handle connect_with_retry(const Url& url, const std::function<Handle()>& make);

}  // namespace kith::store::postgres
