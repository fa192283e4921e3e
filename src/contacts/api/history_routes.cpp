#include <optional>
#include <string>
#include <utility>

#include "base/limits.hpp"
#include "contacts/api/contact_services.hpp"
#include "contacts/api/full_form.hpp"
#include "contacts/api/history_view.hpp"

namespace kith::contacts {

using http::Body;
using http::Caller;
using http::NoContent;
using http::Page;
using http::Params;
using http::Principal;
using http::Reply;

namespace {

struct SliceParams {
  int limit = limits::page_size_default;
  std::optional<std::string> cursor;

  static constexpr auto fields() {
    return kith::fields(field("limit", &SliceParams::limit, limit_rules),
                        field("cursor", &SliceParams::cursor, cursor_rules));
  }
};

struct TrashParams : ViewParams {
  int limit = limits::page_size_default;
  std::optional<std::string> cursor;

  static constexpr auto fields() {
    return kith::fields(field("limit", &TrashParams::limit, limit_rules),
                        field("cursor", &TrashParams::cursor, cursor_rules)) +
           ViewParams::fields();
  }
};

struct ChangesParams : ViewParams {
  std::optional<std::string> since;
  int limit = limits::page_size_max;

  static constexpr auto fields() {
    return kith::fields(
               field("since", &ChangesParams::since,
                     {.doc = "`next_token` of the last answer; if absent, lists all contacts.",
                      .chars_min = 1}),
               field("limit", &ChangesParams::limit, limit_rules)) +
           ViewParams::fields();
  }
};

struct RestoreRequest {
  Time deleted_since;

  static std::string schema_name() { return "RestoreRequest"; }
  static constexpr auto fields() {
    return kith::fields(
        field("deleted_since", &RestoreRequest::deleted_since,
              {.doc = "Contacts deleted at or after this time are restored. RFC 3339, with "
                      "any offset.",
               .example = "2026-11-24T10:00:00.000000Z",
               .required = true}));
  }
};

struct Restored {
  int restored = 0;

  static std::string schema_name() { return "Restored"; }
  static constexpr auto fields() {
    return kith::fields(
        field("restored", &Restored::restored, {.doc = "Number of restored contacts."}));
  }
};

struct RevertRequest {
  std::int64_t revision = 0;

  static std::string schema_name() { return "RevertRequest"; }
  static constexpr auto fields() {
    return kith::fields(field("revision", &RevertRequest::revision,
                              {.doc = "Revision of a history entry.", .required = true}));
  }
};

struct UndoParams {
  std::optional<std::int64_t> revision;

  static constexpr auto fields() {
    return kith::fields(
        field("revision", &UndoParams::revision,
              {.doc = "Revision of the change to undo; fails with 412 if it is not the latest. If "
                      "absent, an undo within 2 seconds of another undo counts as a repeat of it "
                      "(a double click)."}));
  }
};

Task<Result<PageInView<TrashedContact>>> list_trash(Services& services, Principal who,
                                                    Params<TrashParams> params) {
  TrashParams& asked = params.value;
  Viewing viewing(services, who.account, asked);
  co_return co_await viewing.page(
      co_await services.trash.list(who.account, {.cursor = std::move(asked.cursor),
                                                 .limit = viewing.limit(asked.limit),
                                                 .weigh = viewing.weigher()}));
}

Task<Result<Reply<Contact>>> restore_contact(Services& services, Caller caller,
                                             ContactTarget target) {
  co_return shown(co_await services.contacts.apply(
      caller.who.account, operation_on(target, ChangeKind::restored), origin_of(caller)));
}

Task<Result<Reply<Restored>>> restore_since(Services& services, Caller caller,
                                            Body<RestoreRequest> body) {
  const auto restored = co_await services.trash.restore_since(
      caller.who.account, body.value.deleted_since, group_origin_of(caller));
  if (!restored) co_return std::unexpected(restored.error());
  co_return Reply<Restored>{{*restored}};
}

Task<Result<NoContent>> erase_contact(Services& services, Principal who, ContactTarget target) {
  const auto erased =
      co_await services.trash.erase(who.account, operation_on(target, ChangeKind::deleted));
  if (!erased) co_return std::unexpected(erased.error());
  co_return NoContent{};
}

Task<Result<ChangesInView>> list_changes(Services& services, Principal who,
                                         Params<ChangesParams> params) {
  ChangesParams& asked = params.value;
  Viewing viewing(services, who.account, asked);
  auto page = co_await services.changes.since(who.account, {.since = std::move(asked.since),
                                                            .limit = viewing.limit(asked.limit),
                                                            .weigh = viewing.weigher()});
  co_return co_await viewing.changes(std::move(page));
}

Task<Result<Page<HistoryEntry>>> list_history(Services& services, Principal who, ContactId id,
                                              Params<SliceParams> params) {
  auto page = co_await services.history.list(
      who.account, id, {.cursor = std::move(params.value.cursor), .limit = params.value.limit});
  if (!page) co_return std::unexpected(std::move(page.error()));
  const auto added = co_await add_card_differences(services.history, who.account, id, page->items);
  if (!added) co_return std::unexpected(added.error());
  co_return page_of(std::move(page));
}

Task<Result<Reply<Contact>>> revert_contact(Services& services, Caller caller, ContactTarget target,
                                            Body<RevertRequest> body) {
  co_return shown(co_await services.history.revert(caller.who.account,
                                                   operation_on(target, ChangeKind::changed),
                                                   body.value.revision, origin_of(caller)));
}

Task<Result<Reply<Undone>>> undo_last(Services& services, Caller caller,
                                      Params<UndoParams> params) {
  const auto undone = co_await services.history.undo(caller.who.account, params.value.revision,
                                                     group_origin_of(caller));
  if (!undone) co_return std::unexpected(undone.error());
  co_return Reply<Undone>{*undone};
}

}  // namespace

std::vector<http::Route> history_routes(Services* services) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  return {
      {get, "/api/v1/contacts/trash", endpoint<&list_trash>(services), contacts_read, "list_trash",
       "List deleted contacts, last deleted first"},
      {.verb = post,
       .path = "/api/v1/contacts/trash/restore",
       .endpoint = endpoint<&restore_since>(services),
       .access = contacts_change,
       .id = "restore_since",
       .summary = "Restore all contacts deleted since a given time",
       .idempotent_by_key = true},
      {del, "/api/v1/contacts/trash/{id}", endpoint<&erase_contact>(services), contacts_delete,
       "erase_contact", "Delete a contact in the trash permanently"},
      {.verb = post,
       .path = "/api/v1/contacts/{id}/restore",
       .endpoint = endpoint<&restore_contact>(services),
       .access = contacts_change,
       .id = "restore_contact",
       .summary = "Restore a contact from the trash",
       .idempotent_by_key = true},
      {get,
       "/api/v1/contacts/changes",
       endpoint<&list_changes>(services),
       contacts_read,
       "list_changes",
       "List changes and deletions since a sync token",
       {Errc::gone}},
      {get, "/api/v1/contacts/{id}/history", endpoint<&list_history>(services), contacts_read,
       "list_history", "List the changes of a contact, newest first"},
      {.verb = post,
       .path = "/api/v1/contacts/{id}/revert",
       .endpoint = endpoint<&revert_contact>(services),
       .access = contacts_change,
       .id = "revert_contact",
       .summary = "Revert a contact to a previous revision",
       .errors = {Errc::quota_exceeded},
       .idempotent_by_key = true},
      {.verb = post,
       .path = "/api/v1/contacts/undo",
       .endpoint = endpoint<&undo_last>(services),
       .access = contacts_delete,
       .id = "undo",
       .summary = "Undo the last change or batch. Without `revision`, an undo within 2 seconds of "
                  "another undo counts as a repeat of it",
       .errors = {Errc::conflict, Errc::precondition_failed},
       .idempotent_by_key = true},
  };
}

}  // namespace kith::contacts
