#pragma once

#include <vector>

#include "accounts/api/routes.hpp"
#include "base/workers.hpp"
#include "blob/blobs.hpp"
#include "contacts/api/routes.hpp"
#include "http/router.hpp"

namespace kith::account_export {

/// The sources of an account's data, for one loop.
struct ExportServices {
  accounts::Services& accounts;
  contacts::Services& contacts;
  blob::Blobs& blobs;
  Workers& workers;  ///< the threads that compress
};

/// Returns the route table of the export: all data of an account as a ZIP archive that is made
/// while it is sent. It contains the account, its contacts, the trash, the history, the sessions,
/// app passwords and log as JSON, and the picture. REQUIRES: `services` outlives the router; null
/// for a table that is only described.
std::vector<http::Route> routes(ExportServices* services);

}  // namespace kith::account_export
