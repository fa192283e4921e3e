#pragma once

#include <string>
#include <utility>
#include <vector>

#include "contacts/read/changes.hpp"
#include "contacts/read/lists.hpp"
#include "contacts/search/search.hpp"
#include "contacts/write/contacts.hpp"
#include "contacts/write/history.hpp"
#include "contacts/write/trash.hpp"
#include "http/handler.hpp"
#include "http/paging.hpp"
#include "http/router.hpp"

/// What the files of the REST source share.
namespace kith::contacts {

/// What the REST source of contacts works with, for one loop.
struct Services {
  Contacts contacts;
  ContactLists lists;
  Search search;
  Trash trash;
  Changes changes;
  History history;

  /// REQUIRES: all outlive this.
  Services(store::Store& store, const ContactRules& rules, const CursorCodec& cursors,
           SearchIndexes& indexes)
      : contacts(store, rules),
        lists(store, cursors),
        search(store, cursors, indexes),
        trash(store, contacts, cursors),
        changes(store, cursors),
        history(store, contacts, cursors) {}
};

using http::cursor_rules;
using http::limit_rules;
using http::shown;

/// Who asks for a change, and when.
inline Origin origin_of(const http::Caller& caller) {
  return {.actor = caller.who.account, .source = Source::api, .at = caller.now};
}

/// The same for a request that changes several contacts: they share a change group, which a repeat
/// of the request under its idempotency key has again.
inline Origin group_origin_of(http::Caller& caller) {
  Origin origin = as_change_group(origin_of(caller), caller.ids.make<ContactId>().uuid);
  if (caller.ids.repeated()) origin.repeated_since = caller.ids.first_at();
  return origin;
}

/// An operation on what the client names, under its conditions.
inline Operation operation_on(http::Target<ContactId>& target, ChangeKind kind) {
  return {.kind = kind,
          .id = target.id,
          .seen = std::move(target.conditions.if_match),
          .unlike = target.conditions.excluded_revisions(),
          .must_be_new = target.conditions.must_be_new()};
}

/// The revision, and that it is of the simple form.
inline std::string etag_of(const Contact& contact) {
  return "\"" + std::to_string(contact.revision) + "-s\"";
}

/// Where a contact is found.
inline std::string location_of(const Contact& contact) {
  return "/api/v1/contacts/" + contact.id.to_string();
}

/// A part of a list as a page.
template <class T>
Result<http::Page<T>> page_of(Result<Slice<T>> slice) {
  if (!slice) return std::unexpected(std::move(slice.error()));
  return http::Page<T>{std::move(slice->items), std::move(slice->next_cursor)};
}

/// The routes of trash, changes and history. REQUIRES: as `routes`.
std::vector<http::Route> history_routes(Services* services);

/// The route of many operations at once. REQUIRES: as `routes`.
std::vector<http::Route> batch_routes(Services* services);

}  // namespace kith::contacts
