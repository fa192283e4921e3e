#include "contacts/api/get_contact.hpp"

#include <array>
#include <utility>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "contacts/api/card_view.hpp"
#include "http/accept.hpp"
#include "vcard/convert/convert.hpp"
#include "vcard/jcard.hpp"

namespace kith::contacts {

using http::MaybeUnchanged;

namespace {

/// What `Accept` can ask for. The order decides where it has no preference.
enum class Asked : std::uint8_t { json, stored, vcard3, vcard4, jscontact, jcard };
constexpr std::array<http::MediaOffer, 6> offers{{
    {"application/json"},
    {"text/vcard"},
    {"text/vcard", "version=3.0"},
    {"text/vcard", "version=4.0"},
    {"application/jscontact+json"},
    {"application/vcard+json"},
}};

Asked asked_by(const http::AcceptHeader& accept) {
  return static_cast<Asked>(http::best_offer(accept.text, offers).value_or(0));
}

/// Returns the refusal if `If-Match` names other revisions.
std::optional<Error> unexpected_revision(const http::Conditions& conditions,
                                         const StoredContact& contact) {
  if (conditions.if_match.empty()) return std::nullopt;
  if (has_one_of(contact, revisions_of(conditions.if_match))) return std::nullopt;
  return stale(contact).error();
}

/// Returns a contact without its card, as cheaply as its conditions permit.
Task<Result<Contact>> get_simple(Services& services, AccountId owner, const ContactTarget& target) {
  if (target.conditions.if_match.empty()) {
    co_return co_await services.contacts.get(owner, target.id);
  }
  const auto contact = co_await services.contacts.get_stored(owner, target.id);
  if (!contact) co_return std::unexpected(contact.error());
  if (auto refused = unexpected_revision(target.conditions, *contact)) {
    co_return std::unexpected(*std::move(refused));
  }
  co_return Contact(*contact);
}

std::string tag_of(const StoredContact& contact, Asked asked) {
  switch (asked) {
    case Asked::json: return entity_tag(contact, Form::full);
    case Asked::stored: return card_tag(contact);
    case Asked::vcard3: return entity_tag(contact, Form::vcard3);
    case Asked::vcard4: return entity_tag(contact, Form::vcard4);
    case Asked::jscontact: return entity_tag(contact, Form::jscontact);
    case Asked::jcard: return entity_tag(contact, Form::jcard);
  }
  return {};
}

/// Returns a contact as JSON, or 304.
MaybeUnchanged<Contact> unless_known(Contact contact, const http::Conditions& conditions) {
  std::string etag = etag_of(contact);
  if (conditions.is_unchanged(etag)) return {{}, std::move(etag)};
  return {std::move(contact), std::move(etag)};
}

std::string converted(const Card& card, const ContactId& id, vcard::Version version) {
  const std::string uid = id.to_string();
  return vcard::offer(card.document(), {.version = version, .uid = uid});
}

/// Returns a card as jCard. Empty: it is too large in 4.0.
std::string jcard_text(const Card& card, const ContactId& id) {
  const auto jcard = vcard::jcard_of(card.document(), id.to_string());
  return jcard ? boost::json::serialize(*jcard) : std::string();
}

/// Returns the card of a contact in a media type of its own.
CardReply card_text(const StoredContact& contact, Asked asked, MediaData media) {
  constexpr std::string_view jscontact_type = "application/jscontact+json;version=2.0";
  constexpr std::string_view vcard_type = "text/vcard; charset=utf-8";
  const Card card = with_bytes(contact.card(), contact.id);
  CardReply reply{.content_type = vcard_type, .text = {}, .etag = tag_of(contact, asked)};
  switch (asked) {
    case Asked::json:
    case Asked::stored:
      reply.text = card.bytes();
      // Cards of old programs are kept in their character set.
      if (!is_valid_utf8(reply.text)) reply.content_type = "text/vcard";
      break;
    case Asked::vcard3: reply.text = converted(card, contact.id, vcard::Version::v3_0); break;
    case Asked::vcard4: reply.text = converted(card, contact.id, vcard::Version::v4_0); break;
    case Asked::jscontact:
      reply.content_type = jscontact_type;
      reply.text = jscontact_text(card, contact.id, media);
      break;
    case Asked::jcard:
      reply.content_type = "application/vcard+json";
      reply.text = jcard_text(card, contact.id);
      break;
  }
  return reply;
}

}  // namespace

Task<Result<ContactReply>> get_contact(Services& services, http::Principal who,
                                       ContactTarget target, AskedForm form) {
  const Asked asked = form.accept.text.empty() ? Asked::json : asked_by(form.accept);
  const http::Conditions& conditions = target.conditions;
  const ViewParams& view = form.view;
  if (asked == Asked::json && view.view == View::simple) {
    auto contact = co_await get_simple(services, who.account, target);
    if (!contact) co_return std::unexpected(std::move(contact.error()));
    co_return ContactReply{unless_known(*std::move(contact), conditions)};
  }
  auto contact = co_await services.contacts.get_card(who.account, target.id);
  if (!contact) co_return std::unexpected(std::move(contact.error()));
  if (auto refused = unexpected_revision(conditions, *contact)) {
    co_return std::unexpected(*std::move(refused));
  }
  std::string etag = tag_of(*contact, asked);
  if (conditions.is_unchanged(etag)) co_return ContactReply{CardReply{{}, {}, std::move(etag)}};
  std::vector<ContactLabel> labels;
  if (asked == Asked::json) {
    auto read = co_await services.labels.of_contacts(who.account, {&target.id, 1});
    if (!read) co_return std::unexpected(std::move(read.error()));
    labels = std::move(read->front());
  }
  CardMemory memory(who.account);
  if (auto refused = memory.add(contact->explicit_card)) {
    co_return std::unexpected(*std::move(refused));
  }
  auto reply = co_await run_where_it_fits<ContactReply>(services, memory, [&] {
    if (asked != Asked::json) return ContactReply{card_text(*contact, asked, view.photos)};
    const FullOptions options{who.account, view.photos, services.photo_links};
    FullParts parts = full_parts(*contact, options);
    parts.labels = std::move(labels);
    return ContactReply{
        MaybeUnchanged<Full<Contact>>{Full<Contact>{*contact, std::move(parts)}, std::move(etag)}};
  });
  const auto* const card = reply ? std::get_if<CardReply>(&reply->form) : nullptr;
  if (card && card->text.empty()) {
    co_return refuse(Errc::conflict, "The card is too large as jCard. Ask for `text/vcard`.");
  }
  co_return reply;
}

void write_reply(http::Exchange& exchange, CardReply& reply) {
  exchange.response.add_header("ETag", reply.etag);
  exchange.response.status = reply.text.empty() ? 304 : 200;
  if (reply.text.empty()) return;
  exchange.response.content_type = reply.content_type;
  exchange.response.body = std::move(reply.text);
}

void write_reply(http::Exchange& exchange, ContactReply& reply) {
  exchange.response.add_header("Vary", "Accept");
  http::write_reply(exchange, reply.form);
}

}  // namespace kith::contacts

namespace kith::http {

void DescribeReply<contacts::ContactReply>::to(EndpointDoc& doc) {
  using contacts::Contact;
  DescribeReply<std::variant<MaybeUnchanged<Contact>, MaybeUnchanged<contacts::Full<Contact>>>>::to(
      doc);
  doc.headers.push_back("Vary");
  doc.other_replies = {
      {"text/vcard", R"({"type":"string","description":"The card byte for byte as it was sent, or )"
                     R"(as it is generated. With the parameter `version=3.0` or `version=4.0` )"
                     R"(converted to that version."})"},
      {"application/jscontact+json", R"({"$ref":"#/components/schemas/JSContactCard"})"},
      {"application/vcard+json",
       R"({"type":"array","description":"The card in version 4.0 as jCard (RFC 7095)."})"}};
}

}  // namespace kith::http
