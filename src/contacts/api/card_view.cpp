#include "contacts/api/card_view.hpp"

#include <cstddef>
#include <optional>
#include <utility>

#include <boost/json/serialize.hpp>

#include "crypto/base64url.hpp"
#include "crypto/digest.hpp"
#include "vcard/values/media.hpp"
#include "vcard/values/value.hpp"

namespace kith::contacts {

namespace {

using vcard::Line;
using vcard::Media;

/// Returns the line of the photo that `photo_of` returns, if it is an image.
std::optional<std::size_t> photo_line(const vcard::Document& document) {
  for (const Line& line : document.find_all("PHOTO")) {
    const Media media = vcard::media_of(line, vcard::meaning_of(line.params()));
    const bool is_image =
        media.kind == Media::Kind::data && !vcard::image_type(media.content).empty();
    if (is_image) return line.index;
  }
  return std::nullopt;
}

std::string uri_of_hash(const Media& media) {
  std::string uri = "ni:///sha-256;";
  crypto::append_base64url(uri, crypto::sha256(media.content));
  return uri;
}

}  // namespace

Card with_bytes(const Card& card, const ContactId& id) {
  if (card.is_explicit()) return card;
  auto made = Card::parse(generate(card.fields(), id.to_string()), card.favorite());
  return *std::move(made);  // a generated card is valid
}

vcard::jscontact::ViewOptions view_options(const vcard::Document& document, const ContactId& id,
                                           MediaData media) {
  if (media == MediaData::inlined) return {};
  return {.media_uri = [photo = photo_line(document), &id](const Line& line, const Media& data) {
    return line.index == photo ? "/api/v1/contacts/" + id.to_string() + "/photo"
                               : uri_of_hash(data);
  }};
}

std::string jscontact_text(const Card& card, const ContactId& id, MediaData media) {
  const vcard::Document& document = card.document();
  const auto view = vcard::jscontact::view_of(document, view_options(document, id, media));
  return boost::json::serialize(view.card);
}

}  // namespace kith::contacts
