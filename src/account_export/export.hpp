#pragma once

#include <string>
#include <vector>

#include "accounts/api/routes.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
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

/// Everything that is kept of an account, as a ZIP archive: the account, its contacts, those in the
/// trash, its sessions, app passwords and log as JSON, and its picture. Errors: `not_found`;
/// `payload_too_large` over `limits::export_bytes_max`; `unavailable`.
Task<Result<std::string>> export_account(ExportServices& services, AccountId account, Time now);

/// The route table of the export. REQUIRES: `rest` outlives the router; null for a table that is
/// only described.
std::vector<http::Route> routes(ExportServices* services);

}  // namespace kith::account_export
