#pragma once

#include <vector>

#include "accounts/api/routes.hpp"
#include "base/workers.hpp"
#include "blob/blobs.hpp"
#include "contacts/api/routes.hpp"
#include "http/router.hpp"

namespace kith::account_export {

/// What an account's data is gathered from, for one loop.
struct ExportServices {
  accounts::Services& accounts;
  contacts::Services& contacts;
  blob::Blobs& blobs;
  Workers& workers;  ///< that compress
};

/// The route table of the export: everything that is kept of an account, as a ZIP archive that is
/// made while it is sent: the account, its contacts, those in the trash, their history, its
/// sessions, app passwords and log as JSON, and its picture. REQUIRES: `services` outlives the
/// router; null for a table that is only described.
std::vector<http::Route> routes(ExportServices* services);

}  // namespace kith::account_export
