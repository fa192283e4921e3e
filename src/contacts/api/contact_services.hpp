#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/workers.hpp"
#include "contacts/books/books.hpp"
#include "contacts/labels/labels.hpp"
#include "contacts/photos/photo_links.hpp"
#include "contacts/read/changes.hpp"
#include "contacts/read/lists.hpp"
#include "contacts/search/search.hpp"
#include "contacts/write/contacts.hpp"
#include "contacts/write/entity_tag.hpp"
#include "contacts/write/history.hpp"
#include "contacts/write/trash.hpp"
#include "http/handler.hpp"
#include "http/paging.hpp"
#include "http/router.hpp"

/// Services and helpers shared by the REST routes of contacts.
namespace kith::contacts {

/// What signs for the services.
struct Signers {
  const CursorCodec& cursors;
  const crypto::LinkSigner& links;  ///< to photos
};

/// The services used by the REST API of contacts on one event loop.
struct Services {
  Contacts contacts;
  ContactLists lists;
  Search search;
  Trash trash;
  Changes changes;
  History history;
  Books books;
  Labels labels;
  PhotoLinks photo_links;
  Workers& threads;  ///< for large cards, which would hold the loop; shared with long searches

  /// REQUIRES: all arguments outlive this.
  Services(store::Store& store, const ContactRules& rules, const Signers& signers,
           SearchIndexes& indexes)
      : contacts(store, rules),
        lists(store, signers.cursors),
        search(store, signers.cursors, indexes),
        trash(store, contacts, signers.cursors),
        changes(store, signers.cursors),
        history(store, contacts, signers.cursors),
        books(store, contacts),
        labels(store, contacts),
        photo_links(signers.links),
        threads(indexes.threads()) {}
};

using http::cursor_rules;
using http::limit_rules;
using http::shown;

/// Returns the origin of a change: the actor, the API and the time.
inline Origin origin_of(const http::Caller& caller) {
  return {.actor = caller.who.account, .source = Source::api, .at = caller.now};
}

/// Returns the origin of changes to several contacts. They share a change group, which is the same
/// when the request is repeated under its idempotency key.
inline Origin group_origin_of(http::Caller& caller) {
  Origin origin = as_change_group(origin_of(caller), caller.ids.make<ContactId>().uuid);
  if (caller.ids.repeated()) origin.repeated_since = caller.ids.first_at();
  return origin;
}

/// The contact in the path, with the request's conditions.
using ContactTarget = http::Target<ContactId, CurrentContact>;

/// Returns the revisions that entity tags name.
inline std::vector<KnownRevision> revisions_of(const std::vector<http::EntityTag>& tags) {
  std::vector<KnownRevision> revisions;
  for (const http::EntityTag& tag : tags) {
    revisions.push_back(revision_in_tag(tag.revision, tag.suffix));
  }
  return revisions;
}

/// Returns an operation on the contact in the path, with the request's conditions.
inline Operation operation_on(const ContactTarget& target, ChangeKind kind) {
  return {.kind = kind,
          .id = target.id,
          .seen = revisions_of(target.conditions.if_match),
          .unlike = revisions_of(target.conditions.excluded()),
          .must_be_new = target.conditions.must_be_new()};
}

/// Returns the entity tag of the simple form.
inline std::string etag_of(const Contact& contact) { return entity_tag(contact, Form::simple); }

/// Returns the path of a contact.
inline std::string location_of(const Contact& contact) {
  return "/api/v1/contacts/" + contact.id.to_string();
}

/// A part of a list as a page.
template <class T>
Result<http::Page<T>> page_of(Result<Slice<T>> slice) {
  if (!slice) return std::unexpected(std::move(slice.error()));
  return http::Page<T>{std::move(slice->items), std::move(slice->next_cursor)};
}

/// Returns the routes of trash, changes and history. REQUIRES: as `routes`.
std::vector<http::Route> history_routes(Services* services);

/// Returns the routes of labels. REQUIRES: as `routes`.
std::vector<http::Route> label_routes(Services* services);

/// Returns the batch route. REQUIRES: as `routes`.
std::vector<http::Route> batch_routes(Services* services);

}  // namespace kith::contacts
