#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "contacts/model/card.hpp"
#include "vcard/document.hpp"
#include "vcard/jscontact/view.hpp"

/// Cards as the API shows them.
namespace kith::contacts {

/// Where the data of photos, logos, sounds and keys are.
enum class MediaData : std::uint8_t { linked, inlined };
constexpr std::array<std::string_view, 2> names_of(MediaData) { return {"linked", "inline"}; }

/// A card in the JSON of a contact.
struct JsContactCard {
  static std::string schema_name() { return "JSContactCard"; }
  static constexpr std::string_view schema =
      R"({"type":"object","description":"A card as JSContact (RFC 9553, version 2.0). )"
      R"(Properties of a vCard that JSContact has no member for are in `vCardProps` (RFC 9555).",)"
      R"("properties":{"@type":{"type":"string"},"version":{"type":"string"}},)"
      R"("examples":[{"@type":"Card","version":"2.0","name":{"full":"Anna Krüger"},)"
      R"("emails":{"EMAIL-1":{"address":"anna@example.org","contexts":{"work":true}}}}]})";
};

/// Returns the card with its bytes; those of an implicit card are generated for the contact `id`.
Card with_bytes(const Card& card, const ContactId& id);

/// Returns how the card of the contact `id` is shown as JSContact. With linked media, the URI of
/// the photo that the contact shows is its address in this API, and other data have a URI that
/// names their SHA-256 (RFC 6920), so that the view has no data of the card. REQUIRES: `id`
/// outlives the result.
vcard::jscontact::ViewOptions view_options(const vcard::Document& document, const ContactId& id,
                                           MediaData media);

/// Returns a card with its bytes as JSContact, as JSON text.
std::string jscontact_text(const Card& card, const ContactId& id, MediaData media);

}  // namespace kith::contacts
