#pragma once

#include <vector>

#include "contacts/contacts.hpp"
#include "contacts/lists.hpp"
#include "http/router.hpp"

namespace kith::contacts {

/// What the REST door of contacts works with, for one loop.
struct Rest {
  Contacts contacts;
  ContactLists lists;

  /// REQUIRES: all outlive this.
  Rest(store::Store& store, const Rules& rules, const CursorCodec& cursors)
      : contacts(store, rules), lists(store, cursors) {}
};

/// The route table of contacts. REQUIRES: `rest` outlives the router; null for a table
/// that is only described.
std::vector<http::Route> routes(Rest* rest);

}  // namespace kith::contacts
