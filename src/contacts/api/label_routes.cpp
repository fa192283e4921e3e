#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "contacts/api/contact_services.hpp"
#include "contacts/labels/labels.hpp"
#include "http/handler.hpp"

namespace kith::contacts {

using http::Access;
using http::Body;
using http::Caller;
using http::Created;
using http::NoContent;
using http::Page;
using http::Params;
using http::Patch;
using http::Principal;
using http::Reply;
using http::Verb;

/// Returns the ETag of a label, which is that of its name and colour.
static std::string etag_of(const Label& label) {
  return "\"" + std::to_string(label.revision) + "-l\"";
}

namespace {

using LabelRequest = http::Target<LabelId>;

struct LabelListParams {
  std::optional<std::int64_t> book;

  static constexpr auto fields() {
    return kith::fields(field("book", &LabelListParams::book,
                              {.doc = "Only the labels of this address book.",
                               .value_min = 1,
                               .value_max = std::numeric_limits<int>::max()}));
  }
};

LabelTarget target_of(const Caller& caller, const LabelRequest& request) {
  LabelTarget target{caller.who.account, request.id};
  for (const http::EntityTag& tag : request.conditions.if_match) {
    constexpr std::int64_t other = -1;  // the tag of something else, which matches nothing
    target.seen.push_back(tag.suffix == "l" ? tag.revision : other);
  }
  return target;
}

Task<Result<Page<Label>>> list_labels(Services& services, Principal who,
                                      Params<LabelListParams> params) {
  auto labels = co_await services.labels.list(who.account, params.value.book);
  if (!labels) co_return std::unexpected(std::move(labels.error()));
  co_return Page<Label>{*std::move(labels), std::nullopt};
}

Task<Result<Created<Label>>> create_label(Services& services, Caller caller, Body<NewLabel> body) {
  const LabelTarget target{caller.who.account, caller.ids.make<LabelId>()};
  auto label =
      co_await services.labels.create(target, std::move(body.value), group_origin_of(caller));
  if (!label) co_return std::unexpected(std::move(label.error()));
  std::string location = "/api/v1/labels/" + label->id.to_string();
  std::string etag = etag_of(*label);
  co_return Created<Label>{*std::move(label), std::move(location), std::move(etag)};
}

Task<Result<Reply<Label>>> get_label(Services& services, Principal who, LabelId id) {
  co_return http::shown(co_await services.labels.get(who.account, id));
}

Task<Result<Reply<Label>>> patch_label(Services& services, Caller caller, LabelRequest request,
                                       Patch<LabelFields> patch) {
  const LabelChange merge = [patch](LabelFields current) { return patch.onto(std::move(current)); };
  const LabelTarget target = target_of(caller, request);
  co_return http::shown(co_await services.labels.change(target, merge, group_origin_of(caller)));
}

Task<Result<NoContent>> delete_label(Services& services, Caller caller, LabelRequest request) {
  const LabelTarget target = target_of(caller, request);
  const auto deleted = co_await services.labels.remove(target, group_origin_of(caller));
  if (!deleted) co_return std::unexpected(deleted.error());
  co_return NoContent{};
}

Task<Result<Reply<Contact>>> add_label_to_contact(Services& services, Caller caller,
                                                  ContactTarget target, LabelId label) {
  co_return shown(co_await services.labels.put_on(
      caller.who.account, label, operation_on(target, ChangeKind::changed), origin_of(caller)));
}

Task<Result<NoContent>> remove_label_from_contact(Services& services, Caller caller,
                                                  ContactTarget target, LabelId label) {
  const auto changed = co_await services.labels.take_off(
      caller.who.account, label, operation_on(target, ChangeKind::changed), origin_of(caller));
  if (!changed) co_return std::unexpected(changed.error());
  co_return NoContent{};
}

}  // namespace

std::vector<http::Route> label_routes(Services* services) {
  using http::endpoint;
  using enum Verb;
  using enum Access;
  return {
      {get, "/api/v1/labels", endpoint<&list_labels>(services), labels_read, "list_labels",
       "List labels by name"},
      {.verb = post,
       .path = "/api/v1/labels",
       .endpoint = endpoint<&create_label>(services),
       .access = labels_create,
       .id = "create_label",
       .summary = "Create a label",
       .errors = {Errc::conflict, Errc::forbidden},
       .idempotent_by_key = true},
      {get, "/api/v1/labels/{id}", endpoint<&get_label>(services), labels_read, "get_label",
       "Get a label"},
      {.verb = patch,
       .path = "/api/v1/labels/{id}",
       .endpoint = endpoint<&patch_label>(services),
       .access = labels_change,
       .id = "patch_label",
       .summary = "Rename or colour a label (JSON merge patch)",
       .errors = {Errc::conflict}},
      {.verb = del,
       .path = "/api/v1/labels/{id}",
       .endpoint = endpoint<&delete_label>(services),
       .access = labels_delete,
       .id = "delete_label",
       .summary = "Delete a label; its contacts stay",
       .errors = {Errc::conflict}},
      {.verb = put,
       .path = "/api/v1/contacts/{id}/labels/{label}",
       .endpoint = endpoint<&add_label_to_contact>(services),
       .access = contacts_change,
       .id = "add_label_to_contact",
       .summary = "Add a label to a contact",
       .errors = {Errc::conflict, Errc::invalid}},
      {.verb = del,
       .path = "/api/v1/contacts/{id}/labels/{label}",
       .endpoint = endpoint<&remove_label_from_contact>(services),
       .access = contacts_change,
       .id = "remove_label_from_contact",
       .summary = "Remove a label from a contact",
       .errors = {Errc::conflict, Errc::invalid}},
  };
}

}  // namespace kith::contacts
