#include "contacts/routes.hpp"

#include <string>
#include <utility>

#include "base/limits.hpp"
#include "http/handler.hpp"

namespace kith::contacts {

using http::Body;
using http::Conditions;
using http::Created;
using http::MaybeUnchanged;
using http::NoContent;
using http::Page;
using http::Params;
using http::Patch;
using http::Principal;
using http::Reply;
using http::Target;

namespace {

constexpr FieldRules limit_rules{.doc = "How many contacts a page has at most.",
                                 .value_min = 1,
                                 .value_max = limits::page_size_max};
constexpr FieldRules cursor_rules{.doc = "`next_cursor` of the page before."};
constexpr FieldRules search_rules{
    .doc = "Part of a first name, last name, e-mail or phone; case and accents do not count.",
    .chars_min = 1,
    .chars_max = limits::search_chars_max};

struct ListParams {
  int limit = limits::page_size_default;
  std::optional<std::string> cursor;
  Sort sort = Sort::favorites;
  std::optional<bool> favorite;
  std::optional<std::string> q;

  static constexpr auto fields() {
    return kith::fields(field("limit", &ListParams::limit, limit_rules),
                        field("cursor", &ListParams::cursor, cursor_rules),
                        field("sort", &ListParams::sort,
                              {.doc = "`favorites`: favourites first, then by name; `created` and "
                                      "`updated`: newest first."}),
                        field("favorite", &ListParams::favorite, {.doc = "Only (no) favourites."}),
                        field("q", &ListParams::q, search_rules));
  }
};

struct SearchParams {
  std::string q;
  int limit = limits::page_size_default;
  std::optional<std::string> cursor;

  static constexpr auto fields() {
    FieldRules rules = search_rules;
    rules.required = true;
    return kith::fields(field("q", &SearchParams::q, rules),
                        field("limit", &SearchParams::limit, limit_rules),
                        field("cursor", &SearchParams::cursor, cursor_rules));
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

/// The revision, and that it is of the simple form.
std::string etag_of(const Contact& contact) {
  return "\"" + std::to_string(contact.revision) + "-s\"";
}

/// A contact exists, or the operation answers 404: `If-Match: *` asks for nothing more. Tags that
/// are not ours name no revision there is.
Expected expected_of(const Conditions& conditions) {
  constexpr std::int64_t no_revision = -1;
  if (conditions.if_match_impossible) return {no_revision};
  return {conditions.if_match};
}

Result<Reply<Contact>> shown(Result<Contact> contact) {
  if (!contact) return std::unexpected(std::move(contact.error()));
  std::string etag = etag_of(*contact);
  return Reply<Contact>{*std::move(contact), std::move(etag)};
}

template <class T>
Result<Page<T>> shown(Result<Slice<T>> slice) {
  if (!slice) return std::unexpected(std::move(slice.error()));
  return Page<T>{std::move(slice->items), std::move(slice->next_cursor)};
}

Task<Result<Page<Contact>>> list_contacts(Rest& rest, Principal who, Params<ListParams> params) {
  ListParams& asked = params.value;
  const ListRequest request{asked.sort, asked.favorite, asked.q, asked.cursor, asked.limit};
  co_return shown(co_await rest.lists.list(who.account, request));
}

Task<Result<Page<Contact>>> search_contacts(Rest& rest, Principal who,
                                            Params<SearchParams> params) {
  const SearchParams& asked = params.value;
  const ListRequest request{Sort::favorites, {}, asked.q, asked.cursor, asked.limit};
  co_return shown(co_await rest.lists.list(who.account, request));
}

Task<Result<Page<Celebration>>> list_birthdays(Rest& rest, Principal who,
                                               Params<BirthdayParams> params, Time now) {
  const BirthdayParams& asked = params.value;
  const BirthdayRequest request{asked.days, asked.tz, asked.feb29, asked.cursor, asked.limit};
  co_return shown(co_await rest.lists.birthdays(who.account, request, now));
}

Task<Result<Created<Contact>>> create_contact(Rest& rest, Principal who, Body<ContactFields> body,
                                              Time now) {
  auto contact = co_await rest.contacts.create(who.account, std::move(body.value), now);
  if (!contact) co_return std::unexpected(std::move(contact.error()));
  std::string location = "/api/v1/contacts/" + contact->id.to_string();
  std::string etag = etag_of(*contact);
  co_return Created<Contact>{*std::move(contact), std::move(location), std::move(etag)};
}

Task<Result<MaybeUnchanged<Contact>>> get_contact(Rest& rest, Principal who,
                                                  Target<ContactId> target) {
  auto contact = co_await rest.contacts.get(who.account, target.id);
  if (!contact) co_return std::unexpected(std::move(contact.error()));
  std::string etag = etag_of(*contact);
  if (target.conditions.is_unchanged(etag)) co_return MaybeUnchanged<Contact>{{}, std::move(etag)};
  co_return MaybeUnchanged<Contact>{*std::move(contact), std::move(etag)};
}

Task<Result<Reply<Contact>>> replace_contact(Rest& rest, Principal who, Target<ContactId> target,
                                             Body<ContactFields> body) {
  co_return shown(co_await rest.contacts.replace(who.account, target.id, std::move(body.value),
                                                 expected_of(target.conditions)));
}

Task<Result<Reply<Contact>>> patch_contact(Rest& rest, Principal who, Target<ContactId> target,
                                           Patch<ContactFields> patch) {
  const Contacts::Change merge = [&patch](const Contact& current) { return patch.onto(current); };
  co_return shown(
      co_await rest.contacts.change(who.account, target.id, merge, expected_of(target.conditions)));
}

Task<Result<Reply<Contact>>> set_favorite(Rest& rest, Principal who, Target<ContactId> target,
                                          Body<FavoriteFlag> body) {
  const Contacts::Change flag = [&body](const Contact& current) -> Result<ContactFields> {
    ContactFields fields = current;
    fields.favorite = body.value.favorite;
    return fields;
  };
  co_return shown(
      co_await rest.contacts.change(who.account, target.id, flag, expected_of(target.conditions)));
}

Task<Result<NoContent>> delete_contact(Rest& rest, Principal who, Target<ContactId> target) {
  const auto removed =
      co_await rest.contacts.remove(who.account, target.id, expected_of(target.conditions));
  if (!removed) co_return std::unexpected(removed.error());
  co_return NoContent{};
}

}  // namespace

std::vector<http::Route> routes(Rest* rest) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  return {
      {get, "/api/v1/contacts", endpoint<&list_contacts>(rest), contacts_read, "list_contacts",
       "List contacts, page by page"},
      {post, "/api/v1/contacts", endpoint<&create_contact>(rest), contacts_create, "create_contact",
       "Create a contact"},
      {get, "/api/v1/contacts/search", endpoint<&search_contacts>(rest), contacts_read,
       "search_contacts", "Search by any part of names, e-mail or phone"},
      {get, "/api/v1/contacts/birthdays", endpoint<&list_birthdays>(rest), contacts_read,
       "list_birthdays", "Birthdays of the next days"},
      {get, "/api/v1/contacts/{id}", endpoint<&get_contact>(rest), contacts_read, "get_contact",
       "Get a contact"},
      {put, "/api/v1/contacts/{id}", endpoint<&replace_contact>(rest), contacts_change,
       "replace_contact", "Replace a contact"},
      {patch, "/api/v1/contacts/{id}", endpoint<&patch_contact>(rest), contacts_change,
       "patch_contact", "Change some fields of a contact (JSON merge patch)"},
      {del, "/api/v1/contacts/{id}", endpoint<&delete_contact>(rest), contacts_delete,
       "delete_contact", "Delete a contact"},
      {patch, "/api/v1/contacts/{id}/favorite", endpoint<&set_favorite>(rest), contacts_change,
       "set_favorite", "Mark or unmark a favourite"},
  };
}

}  // namespace kith::contacts
