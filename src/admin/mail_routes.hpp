#pragma once

#include <vector>

#include "service/routes.hpp"
#include "http/router.hpp"

namespace kith::app {

/// The routes by which administrators look after the mails. REQUIRES: as `routes(Service*)`.
std::vector<http::Route> mail_routes(Service* service);

}  // namespace kith::app
