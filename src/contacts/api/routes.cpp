#include "contacts/api/routes.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "contacts/api/contact_body.hpp"
#include "contacts/api/full_form.hpp"
#include "contacts/api/get_contact.hpp"
#include "contacts/books/routes.hpp"
#include "http/handler.hpp"

namespace kith::contacts {

using http::Body;
using http::Caller;
using http::Created;
using http::NoContent;
using http::Params;
using http::Principal;
using http::Reply;
using http::Saved;

namespace {

constexpr FieldRules search_rules{
    .doc =
        "Words, separated by blanks, commas, hyphens or punctuation; each must occur in some text "
        "of "
        "the contact: of a simple contact its name, e-mail address or phone number, of a card all "
        "fields that `matched` can name. Case, accents and quotes are ignored. Punctuation means "
        "brackets, `: ; ! ? / \\ | &`, and full stops at the ends of words; a query of punctuation "
        "alone is literal, as are all other characters. A phone number may contain blanks. At "
        "most 16 words.",
    .chars_max = limits::search_chars_max};
constexpr FieldRules list_search_rules{
    .doc =
        "Filters as in the search, but keeps the order of the list. All contacts are listed if "
        "it is empty or has only blanks, quotes and combining marks.",
    .chars_max = limits::search_chars_max};
static_assert(limits::search_words_max == 16, "the text above says so");

constexpr FieldRules label_rules{.doc = "Only contacts with this label, given by its id."};
constexpr FieldRules book_rules{
    .doc = "Number of an address book. If absent, the contacts of all address books are listed.",
    .value_min = 1,
    .value_max = std::numeric_limits<int>::max()};

struct ListParams : ViewParams {
  int limit = limits::page_size_default;
  std::optional<std::string> cursor;
  Sort sort = Sort::favorites;
  std::optional<bool> favorite;
  std::optional<std::int64_t> book;
  std::optional<SearchQuery> q;
  std::optional<LabelId> label;

  static constexpr auto fields() {
    return kith::fields(field("limit", &ListParams::limit, limit_rules),
                        field("cursor", &ListParams::cursor, cursor_rules),
                        field("sort", &ListParams::sort,
                              {.doc = "`favorites`: favourites first, then by name; `created` and "
                                      "`updated`: newest first."}),
                        field("favorite", &ListParams::favorite,
                              {.doc = "`true`: only favourites; `false`: only others."}),
                        field("book", &ListParams::book, book_rules),
                        field("q", &ListParams::q, list_search_rules),
                        field("label", &ListParams::label, label_rules)) +
           ViewParams::fields();
  }
};

struct SearchParams : ViewParams {
  SearchQuery q;
  std::optional<std::int64_t> book;
  int limit = limits::page_size_default;
  std::optional<std::string> cursor;
  std::optional<LabelId> label;

  static constexpr auto fields() {
    FieldRules rules = search_rules;
    rules.example = "anna";
    rules.required = true;
    rules.chars_min = 1;
    return kith::fields(field("q", &SearchParams::q, rules),
                        field("book", &SearchParams::book, book_rules),
                        field("limit", &SearchParams::limit, limit_rules),
                        field("cursor", &SearchParams::cursor, cursor_rules),
                        field("label", &SearchParams::label, label_rules)) +
           ViewParams::fields();
  }

  /// Rejects queries without search words; they would list all contacts.
  std::vector<FieldError> check(Time) const {
    if (!q.terms.empty()) return {};
    return {{"q", "must have a letter, a digit or a symbol"}};
  }
};

struct BirthdayParams : ViewParams {
  int days = limits::birthday_days_default;
  Zone tz;
  LeapDay feb29 = LeapDay::feb28;
  std::optional<std::int64_t> book;
  int limit = limits::page_size_default;
  std::optional<std::string> cursor;

  static constexpr auto fields() {
    return kith::fields(field("days", &BirthdayParams::days,
                              {.doc = "Number of days after today; today is included.",
                               .value_min = 0,
                               .value_max = limits::birthday_days_max}),
                        field("tz", &BirthdayParams::tz,
                              {.doc = "IANA time zone that determines today's date.",
                               .example = "Europe/Kyiv"}),
                        field("feb29", &BirthdayParams::feb29,
                              {.doc = "Date of 29 February birthdays in non-leap years."}),
                        field("book", &BirthdayParams::book, book_rules),
                        field("limit", &BirthdayParams::limit, limit_rules),
                        field("cursor", &BirthdayParams::cursor, cursor_rules)) +
           ViewParams::fields();
  }
};

struct FavoriteFlag {
  bool favorite = false;

  static std::string schema_name() { return "FavoriteFlag"; }
  static constexpr auto fields() {
    return kith::fields(field("favorite", &FavoriteFlag::favorite,
                              {.doc = "Applies until the first name changes.", .required = true}));
  }
};

/// Returns an operation on the contact in the path, with the request's conditions and a change.
Operation operation_of(const ContactTarget& target, ChangeKind kind, Change change = {}) {
  Operation operation = operation_on(target, kind);
  operation.change = std::move(change);
  return operation;
}

/// Returns the found contacts without their `matched` fields.
Result<Slice<Contact>> contacts_of(Result<Slice<FoundContact>> found) {
  if (!found) return std::unexpected(std::move(found.error()));
  Slice<Contact> slice{{}, std::move(found->next_cursor)};
  for (FoundContact& each : found->items) slice.items.push_back(std::move(each));
  return slice;
}

Task<Result<PageInView<Contact>>> list_contacts(Services& services, Principal who,
                                                Params<ListParams> params) {
  ListParams& asked = params.value;
  Viewing viewing(services, who.account, asked);
  if (asked.q && !asked.q->terms.empty()) {
    const SearchRequest request{.query = *asked.q,
                                .sort = asked.sort,
                                .favorite = asked.favorite,
                                .label = asked.label,
                                .book = asked.book,
                                .cursor = asked.cursor,
                                .limit = viewing.limit(asked.limit),
                                .weigh = viewing.weigher()};
    co_return co_await viewing.page(
        contacts_of(co_await services.search.find(who.account, request)));
  }
  const ListRequest request{.sort = asked.sort,
                            .favorite = asked.favorite,
                            .label = asked.label,
                            .book = asked.book,
                            .cursor = asked.cursor,
                            .limit = viewing.limit(asked.limit),
                            .weigh = viewing.weigher()};
  co_return co_await viewing.page(co_await services.lists.list(who.account, request));
}

Task<Result<PageInView<FoundContact>>> search_contacts(Services& services, Principal who,
                                                       Params<SearchParams> params) {
  const SearchParams& asked = params.value;
  Viewing viewing(services, who.account, asked);
  const SearchRequest request{.query = asked.q,
                              .label = asked.label,
                              .book = asked.book,
                              .cursor = asked.cursor,
                              .limit = viewing.limit(asked.limit),
                              .weigh = viewing.weigher()};
  co_return co_await viewing.page(co_await services.search.find(who.account, request));
}

Task<Result<PageInView<UpcomingBirthday>>> list_birthdays(Services& services, Principal who,
                                                          Params<BirthdayParams> params, Time now) {
  const BirthdayParams& asked = params.value;
  Viewing viewing(services, who.account, asked);
  const BirthdayRequest request{.days = asked.days,
                                .zone = asked.tz,
                                .leap_day = asked.feb29,
                                .book = asked.book,
                                .cursor = asked.cursor,
                                .limit = viewing.limit(asked.limit),
                                .weigh = viewing.weigher()};
  co_return co_await viewing.page(co_await services.lists.birthdays(who.account, request, now));
}

Task<Result<InView<Created>>> create_contact(Services& services, ViewingCaller caller,
                                             ContactPayload payload) {
  Operation create{.kind = ChangeKind::created,
                   .id = caller.ids.make<ContactId>(),
                   .has_new_id = !caller.ids.repeated(),
                   .repeated = caller.ids.repeated()};
  set_payload(create, std::move(payload), caller.now);
  auto contact =
      co_await services.contacts.apply(caller.who.account, std::move(create), origin_of(caller));
  if (!contact) co_return std::unexpected(std::move(contact.error()));
  Viewing viewing(services, caller.who.account, caller.view);
  co_return co_await viewing.reply(*std::move(contact), [](auto shown) {
    std::string location = location_of(shown);
    std::string etag = etag_of(shown);
    return Created<decltype(shown)>{std::move(shown), std::move(location), std::move(etag)};
  });
}

/// Refuses a creation that also has `If-Match`, because both conditions cannot hold.
Task<std::unexpected<Error>> refuse_creation(Services& services, AccountId owner, ContactId id) {
  const auto current = co_await services.contacts.get(owner, id);
  if (current) co_return stale(*current);
  if (current.error().code != Errc::not_found) co_return std::unexpected(current.error());
  co_return failed_precondition(
      "If-Match and `If-None-Match: *` cannot both be met. Send one of them.", nullptr);
}

/// Creates a contact under the id that the client chose.
Task<Result<Contact>> create_at(Services& services, const Caller& caller, Operation operation) {
  constexpr int version = 7;
  if (operation.id.uuid.version() != version) {
    co_return std::unexpected(invalid_field("id", "of a new contact must be a UUID of version 7"));
  }
  operation.kind = ChangeKind::created;
  const ContactId id = operation.id;
  auto contact =
      co_await services.contacts.apply(caller.who.account, std::move(operation), origin_of(caller));
  if (contact || contact.error().code != Errc::conflict) co_return contact;
  const auto current = co_await services.contacts.get(caller.who.account, id);
  if (current) co_return stale(*current);
  co_return contact;  // the contact is in the trash, or another one has its UID
}

Task<Result<InView<Saved>>> put_contact(Services& services, ViewingCaller caller,
                                        ContactTarget target, ContactPayload payload) {
  Operation put = operation_on(target, ChangeKind::changed);
  set_payload(put, std::move(payload), caller.now);
  const bool is_new = target.conditions.must_be_new();
  const bool must_exist = target.conditions.must_exist || !put.seen.empty();
  if (is_new && must_exist) {
    co_return co_await refuse_creation(services, caller.who.account, target.id);
  }
  auto contact = is_new ? co_await create_at(services, caller, std::move(put))
                        : co_await services.contacts.apply(caller.who.account, std::move(put),
                                                           origin_of(caller));
  if (!contact) co_return std::unexpected(std::move(contact.error()));
  Viewing viewing(services, caller.who.account, caller.view);
  co_return co_await viewing.reply(*std::move(contact), [is_new](auto shown) {
    std::string etag = etag_of(shown);
    std::string location = is_new ? location_of(shown) : std::string();
    return Saved<decltype(shown)>{std::move(shown), std::move(etag), std::move(location)};
  });
}

Task<Result<InView<Reply>>> patch_contact(Services& services, ViewingCaller caller,
                                          ContactTarget target, ContactPatch patch) {
  Operation operation = operation_on(target, ChangeKind::changed);
  set_body(operation, patch.json,
           {.mode = json::Mode::merge, .card = patch.card, .now = caller.now});
  auto contact =
      co_await services.contacts.apply(caller.who.account, std::move(operation), origin_of(caller));
  if (!contact) co_return std::unexpected(std::move(contact.error()));
  Viewing viewing(services, caller.who.account, caller.view);
  co_return co_await viewing.reply(*std::move(contact), [](auto shown) {
    std::string etag = etag_of(shown);
    return Reply<decltype(shown)>{std::move(shown), std::move(etag)};
  });
}

Task<Result<Reply<Contact>>> set_favorite(Services& services, Caller caller, ContactTarget target,
                                          Body<FavoriteFlag> body) {
  const Change flag = [favorite = body.value.favorite](const Contact* current) {
    ContactFields fields = *current;
    fields.favorite = favorite;
    return Result<ContactFields>(fields);
  };
  co_return shown(co_await services.contacts.apply(
      caller.who.account, operation_of(target, ChangeKind::changed, flag), origin_of(caller)));
}

Task<Result<NoContent>> delete_contact(Services& services, Caller caller, ContactTarget target) {
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
       "List contacts"},
      {.verb = post,
       .path = "/api/v1/contacts",
       .endpoint = endpoint<&create_contact>(services),
       .access = contacts_create,
       .id = "create_contact",
       .summary = "Create a contact",
       .errors = {Errc::conflict, Errc::forbidden, Errc::quota_exceeded},
       .idempotent_by_key = true,
       .typed_limits = vcard_limits},
      {get, "/api/v1/contacts/search", endpoint<&search_contacts>(services), contacts_read,
       "search_contacts", "Search all texts of your contacts, best matches first"},
      {get, "/api/v1/contacts/birthdays", endpoint<&list_birthdays>(services), contacts_read,
       "list_birthdays", "List upcoming birthdays"},
      {get, "/api/v1/contacts/{id}", endpoint<&get_contact>(services), contacts_read, "get_contact",
       "Get a contact as JSON, or its card in the media type that `Accept` prefers"},
      {.verb = put,
       .path = "/api/v1/contacts/{id}",
       .endpoint = endpoint<&put_contact>(services),
       .access = contacts_change,
       .id = "put_contact",
       .summary = "Replace a contact, or create one with your own id (`If-None-Match: *`)",
       .errors = {Errc::conflict, Errc::forbidden, Errc::quota_exceeded},
       .access_if_new = contacts_create,
       .typed_limits = vcard_limits},
      {patch,
       "/api/v1/contacts/{id}",
       endpoint<&patch_contact>(services),
       contacts_change,
       "patch_contact",
       "Change some fields of a contact, or parts of its card",
       {Errc::conflict, Errc::quota_exceeded}},
      {del, "/api/v1/contacts/{id}", endpoint<&delete_contact>(services), contacts_delete,
       "delete_contact", "Move a contact to the trash"},
      {patch, "/api/v1/contacts/{id}/favorite", endpoint<&set_favorite>(services), contacts_change,
       "set_favorite", "Mark or unmark a favourite"},
  };
  Books* const books = services ? &services->books : nullptr;
  for (auto& more : {batch_routes(services), history_routes(services), label_routes(services),
                     book_routes(books)}) {
    table.insert(table.end(), more.begin(), more.end());
  }
  return table;
}

}  // namespace kith::contacts
