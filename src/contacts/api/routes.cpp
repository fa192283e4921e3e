#include "contacts/api/routes.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "http/handler.hpp"

namespace kith::contacts {

using http::Body;
using http::Caller;
using http::Created;
using http::MaybeUnchanged;
using http::NoContent;
using http::Page;
using http::Params;
using http::Patch;
using http::Principal;
using http::Reply;
using http::Saved;
using http::Target;

namespace {

constexpr FieldRules search_rules{
    .doc =
        "Words, separated by blanks, commas or hyphens; each must be a part of the name, the "
        "e-mail or the phone number. Case, accents and quotes do not count. A phone number may "
        "have blanks. At most 16 words.",
    .chars_max = limits::search_chars_max};
constexpr FieldRules list_search_rules{
    .doc =
        "As in the search, in the order of the list. Empty, or nothing but blanks, quotes and "
        "marks: all contacts.",
    .chars_max = limits::search_chars_max};
static_assert(limits::search_words_max == 16, "the text above says so");

struct ListParams {
  int limit = limits::page_size_default;
  std::optional<std::string> cursor;
  Sort sort = Sort::favorites;
  std::optional<bool> favorite;
  std::optional<SearchQuery> q;

  static constexpr auto fields() {
    return kith::fields(field("limit", &ListParams::limit, limit_rules),
                        field("cursor", &ListParams::cursor, cursor_rules),
                        field("sort", &ListParams::sort,
                              {.doc = "`favorites`: favourites first, then by name; `created` and "
                                      "`updated`: newest first."}),
                        field("favorite", &ListParams::favorite, {.doc = "Only (no) favourites."}),
                        field("q", &ListParams::q, list_search_rules));
  }
};

struct SearchParams {
  SearchQuery q;
  int limit = limits::page_size_default;
  std::optional<std::string> cursor;

  static constexpr auto fields() {
    FieldRules rules = search_rules;
    rules.required = true;
    rules.chars_min = 1;
    return kith::fields(field("q", &SearchParams::q, rules),
                        field("limit", &SearchParams::limit, limit_rules),
                        field("cursor", &SearchParams::cursor, cursor_rules));
  }

  /// A list without a filter would not be what a search asks for.
  std::vector<FieldError> check(Time) const {
    if (!q.terms.empty()) return {};
    return {{"q", "must have a letter, a digit or a sign to search for"}};
  }
};

struct BirthdayParams {
  int days = limits::birthday_days_default;
  Zone tz;
  LeapDay feb29 = LeapDay::feb28;
  int limit = limits::page_size_default;
  std::optional<std::string> cursor;

  static constexpr auto fields() {
    return kith::fields(field("days", &BirthdayParams::days,
                              {.doc = "How many days after today, which is included.",
                               .value_min = 0,
                               .value_max = limits::birthday_days_max}),
                        field("tz", &BirthdayParams::tz,
                              {.doc = "IANA name of the time zone that decides what today is.",
                               .example = "Europe/Kyiv"}),
                        field("feb29", &BirthdayParams::feb29,
                              {.doc = "When 29 February is celebrated in a year without one."}),
                        field("limit", &BirthdayParams::limit, limit_rules),
                        field("cursor", &BirthdayParams::cursor, cursor_rules));
  }
};

struct FavoriteFlag {
  bool favorite = false;

  static std::string schema_name() { return "FavoriteFlag"; }
  static constexpr auto fields() {
    return kith::fields(field("favorite", &FavoriteFlag::favorite,
                              {.doc = "Holds until the first name changes.", .required = true}));
  }
};

/// What a client wants done with what it names.
Operation operation_of(Target<ContactId>& target, ChangeKind kind, Change change = {}) {
  Operation operation = operation_on(target, kind);
  operation.change = std::move(change);
  return operation;
}

/// The change that puts `fields` in the place of all that was there.
Change putting(ContactFields fields) {
  return [fields = std::move(fields)](const Contact*) { return fields; };
}

/// What was found, without where.
Result<Slice<Contact>> contacts_of(Result<Slice<FoundContact>> found) {
  if (!found) return std::unexpected(std::move(found.error()));
  Slice<Contact> slice{{}, std::move(found->next_cursor)};
  for (FoundContact& each : found->items) slice.items.push_back(std::move(each));
  return slice;
}

Task<Result<Page<Contact>>> list_contacts(Services& services, Principal who,
                                          Params<ListParams> params) {
  ListParams& asked = params.value;
  if (asked.q && !asked.q->terms.empty()) {
    const SearchRequest request{*asked.q, asked.sort, asked.favorite, asked.cursor, asked.limit};
    co_return page_of(contacts_of(co_await services.search.find(who.account, request)));
  }
  const ListRequest request{asked.sort, asked.favorite, asked.cursor, asked.limit};
  co_return page_of(co_await services.lists.list(who.account, request));
}

Task<Result<Page<FoundContact>>> search_contacts(Services& services, Principal who,
                                                 Params<SearchParams> params) {
  const SearchParams& asked = params.value;
  const SearchRequest request{.query = asked.q, .cursor = asked.cursor, .limit = asked.limit};
  co_return page_of(co_await services.search.find(who.account, request));
}

Task<Result<Page<UpcomingBirthday>>> list_birthdays(Services& services, Principal who,
                                                    Params<BirthdayParams> params, Time now) {
  const BirthdayParams& asked = params.value;
  const BirthdayRequest request{asked.days, asked.tz, asked.feb29, asked.cursor, asked.limit};
  co_return page_of(co_await services.lists.birthdays(who.account, request, now));
}

Task<Result<Created<Contact>>> create_contact(Services& services, Caller caller,
                                              Body<ContactFields> body) {
  Operation create{.kind = ChangeKind::created,
                   .id = caller.ids.make<ContactId>(),
                   .change = putting(std::move(body.value)),
                   .has_new_id = !caller.ids.repeated(),
                   .repeated = caller.ids.repeated()};
  auto contact =
      co_await services.contacts.apply(caller.who.account, std::move(create), origin_of(caller));
  if (!contact) co_return std::unexpected(std::move(contact.error()));
  std::string location = location_of(*contact);
  std::string etag = etag_of(*contact);
  co_return Created<Contact>{*std::move(contact), std::move(location), std::move(etag)};
}

Task<Result<MaybeUnchanged<Contact>>> get_contact(Services& services, Principal who,
                                                  Target<ContactId> target) {
  auto contact = co_await services.contacts.get(who.account, target.id);
  if (!contact) co_return std::unexpected(std::move(contact.error()));
  const auto& seen = target.conditions.if_match;
  const bool expected = seen.empty() || std::ranges::find(seen, contact->revision) != seen.end();
  if (!expected) co_return stale(*contact);
  std::string etag = etag_of(*contact);
  if (target.conditions.is_unchanged(etag)) co_return MaybeUnchanged<Contact>{{}, std::move(etag)};
  co_return MaybeUnchanged<Contact>{*std::move(contact), std::move(etag)};
}

/// The answer to a creation that also has an `If-Match`: one of the two is never met.
Task<Result<Saved<Contact>>> refuse_creation(Services& services, AccountId owner, ContactId id) {
  const auto current = co_await services.contacts.get(owner, id);
  if (current) co_return stale(*current);
  if (current.error().code != Errc::not_found) co_return std::unexpected(current.error());
  co_return refuse(Errc::precondition_failed,
                   "If-Match and `If-None-Match: *` cannot both be met. Send one of them.");
}

/// Creates a contact under the id that the client chose.
Task<Result<Saved<Contact>>> create_at(Services& services, Caller caller, Operation operation) {
  constexpr int version = 7;
  if (operation.id.uuid.version() != version) {
    co_return std::unexpected(invalid_field("id", "of a new contact must be a UUID of version 7"));
  }
  operation.kind = ChangeKind::created;
  const ContactId id = operation.id;
  auto contact =
      co_await services.contacts.apply(caller.who.account, std::move(operation), origin_of(caller));
  if (contact) {
    std::string location = location_of(*contact);
    std::string etag = etag_of(*contact);
    co_return Saved<Contact>{*std::move(contact), std::move(etag), std::move(location)};
  }
  if (contact.error().code != Errc::conflict) co_return std::unexpected(contact.error());
  const auto current = co_await services.contacts.get(caller.who.account, id);
  if (current) co_return stale(*current);
  co_return std::unexpected(contact.error());  // it is in the trash
}

Task<Result<Saved<Contact>>> put_contact(Services& services, Caller caller,
                                         Target<ContactId> target, Body<ContactFields> body) {
  Operation put = operation_of(target, ChangeKind::changed, putting(std::move(body.value)));
  if (target.conditions.must_be_new()) {
    const bool must_exist = target.conditions.must_exist || !put.seen.empty();
    if (must_exist) co_return co_await refuse_creation(services, caller.who.account, target.id);
    co_return co_await create_at(services, caller, std::move(put));
  }
  auto contact =
      co_await services.contacts.apply(caller.who.account, std::move(put), origin_of(caller));
  if (!contact) co_return std::unexpected(std::move(contact.error()));
  std::string etag = etag_of(*contact);
  co_return Saved<Contact>{*std::move(contact), std::move(etag)};
}

Task<Result<Reply<Contact>>> patch_contact(Services& services, Caller caller,
                                           Target<ContactId> target, Patch<ContactFields> patch) {
  const Change merge = [patch](const Contact* current) { return patch.onto(*current); };
  co_return shown(co_await services.contacts.apply(
      caller.who.account, operation_of(target, ChangeKind::changed, merge), origin_of(caller)));
}

Task<Result<Reply<Contact>>> set_favorite(Services& services, Caller caller,
                                          Target<ContactId> target, Body<FavoriteFlag> body) {
  const Change flag = [favorite = body.value.favorite](const Contact* current) {
    ContactFields fields = *current;
    fields.favorite = favorite;
    return Result<ContactFields>(fields);
  };
  co_return shown(co_await services.contacts.apply(
      caller.who.account, operation_of(target, ChangeKind::changed, flag), origin_of(caller)));
}

Task<Result<NoContent>> delete_contact(Services& services, Caller caller,
                                       Target<ContactId> target) {
  const auto deleted = co_await services.contacts.apply(
      caller.who.account, operation_of(target, ChangeKind::deleted), origin_of(caller));
  if (!deleted) co_return std::unexpected(deleted.error());
  co_return NoContent{};
}

}  // namespace

std::vector<http::Route> routes(Services* services) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  std::vector<http::Route> table{
      {get, "/api/v1/contacts", endpoint<&list_contacts>(services), contacts_read, "list_contacts",
       "List contacts, page by page"},
      {.verb = post,
       .path = "/api/v1/contacts",
       .endpoint = endpoint<&create_contact>(services),
       .access = contacts_create,
       .id = "create_contact",
       .summary = "Create a contact",
       .idempotent_by_key = true},
      {get, "/api/v1/contacts/search", endpoint<&search_contacts>(services), contacts_read,
       "search_contacts", "Search names, e-mail and phone for words, the best first"},
      {get, "/api/v1/contacts/birthdays", endpoint<&list_birthdays>(services), contacts_read,
       "list_birthdays", "Birthdays of the next days"},
      {get, "/api/v1/contacts/{id}", endpoint<&get_contact>(services), contacts_read, "get_contact",
       "Get a contact"},
      {.verb = put,
       .path = "/api/v1/contacts/{id}",
       .endpoint = endpoint<&put_contact>(services),
       .access = contacts_change,
       .id = "put_contact",
       .summary = "Replace a contact, or create one under an id of yours (`If-None-Match: *`)",
       .errors = {Errc::conflict, Errc::forbidden},
       .access_if_new = contacts_create},
      {patch, "/api/v1/contacts/{id}", endpoint<&patch_contact>(services), contacts_change,
       "patch_contact", "Change some fields of a contact (JSON merge patch)"},
      {del, "/api/v1/contacts/{id}", endpoint<&delete_contact>(services), contacts_delete,
       "delete_contact", "Move a contact to the trash"},
      {patch, "/api/v1/contacts/{id}/favorite", endpoint<&set_favorite>(services), contacts_change,
       "set_favorite", "Mark or unmark a favourite"},
  };
  for (auto& more : {batch_routes(services), history_routes(services)}) {
    table.insert(table.end(), more.begin(), more.end());
  }
  return table;
}

}  // namespace kith::contacts
