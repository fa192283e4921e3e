#include "contacts/photos/photos.hpp"

#include <memory>
#include <utility>

#include "base/large_work.hpp"
#include "base/limits.hpp"
#include "contacts/model/edit_photo.hpp"
#include "contacts/model/projection.hpp"
#include "contacts/model/shown_text.hpp"
#include "contacts/write/stored_contact.hpp"
#include "crypto/digest.hpp"
#include "image/header.hpp"
#include "json/write.hpp"
#include "store/rows.hpp"

namespace kith::contacts {

using blob::BlobName;
using store::Query;
using store::values;

namespace {

constexpr std::string_view thumbnail_type = "image/webp";

/// Returns the edge of a thumbnail in pixels; 0: the image is not scaled.
int edge_of(PhotoSize size) {
  switch (size) {
    case PhotoSize::small: return image::thumbnail_edge_pixels;
    case PhotoSize::medium: return limits::avatar_edge_pixels;
    case PhotoSize::full: break;
  }
  return 0;
}

image::Product product_of(PhotoSize size) {
  return size == PhotoSize::small ? image::Product::square_96 : image::Product::square_250;
}

ThumbnailKey key_of(AccountId owner, const FoundPhoto& photo) {
  return {owner, photo.hash, edge_of(photo.size)};
}

std::unexpected<Error> no_photo() { return refuse(Errc::not_found, "The contact has no photo."); }

std::unexpected<Error> elsewhere(const std::string& address) {
  constexpr std::size_t address_chars_max = 2000;
  std::string members = "\"address\":";
  json::write(members, shown_line(address, address_chars_max));
  return std::unexpected(
      Error{.code = Errc::not_found,
            .detail = "The card has only the address of a photo. The server does not load it.",
            .slug = "photo-elsewhere",
            .members = std::move(members)});
}

std::unexpected<Error> no_thumbnail() {
  return std::unexpected(
      Error{.code = Errc::not_found,
            .detail = "The photo cannot be scaled: it is damaged, too large, or neither JPEG, PNG, "
                      "WebP nor GIF. Get it with size=full.",
            .slug = "no-thumbnail"});
}

/// Returns the photo of a contact.
Task<Result<Photo>> read_photo(const StoredContact& contact) {
  const std::size_t bytes = contact.explicit_card ? contact.explicit_card->bytes().size() : 0;
  co_return co_await run_large(bytes, [&] { return photo_of(contact.card()); });
}

std::unexpected<Error> too_busy() {
  return refuse(Errc::unavailable, "Too many thumbnails are being made. Try again shortly.");
}

std::unexpected<Error> changed_meanwhile() {
  return refuse(Errc::unavailable, "The photo was changed at the same time. Try again.");
}

/// Returns whether a refusal lies in the image, so that another attempt would end alike.
bool is_final(Errc code) {
  return code == Errc::invalid || code == Errc::unsupported_media_type ||
         code == Errc::payload_too_large;
}

}  // namespace

std::string FoundPhoto::etag() const {
  constexpr std::size_t bytes = 16;
  return "\"" + crypto::to_hex(hash.substr(0, bytes)) + "-" + std::string(name_of(size)) + "\"";
}

/// Edits the card of a contact. The thumbnails of the photo that it had are removed.
Task<Result<Contact>> Photos::change(AccountId owner, Operation operation, Origin origin,
                                     std::function<Result<Card>(const Card&)> edit) {
  const auto old_hash = std::make_shared<std::optional<ByteString>>();
  operation.change = [old_hash, edit = std::move(edit)](const StoredContact* current) {
    *old_hash = current->columns.photo_hash;
    return edit(current->card());
  };
  auto changed = co_await contacts_.apply(owner, std::move(operation), origin);
  if (changed && *old_hash) co_await thumbnails_.remove_unused(owner, (*old_hash)->bytes);
  co_return changed;
}

Task<Result<StoredContact>> Photos::put(AccountId owner, Operation operation,
                                        std::string_view picture, Origin origin) {
  auto jpeg = co_await converter_.make(image::Product::photo, picture);
  if (!jpeg) co_return std::unexpected(std::move(jpeg.error()));
  StoredContact stored;
  stored.columns.photo_hash = ByteString{crypto::sha256(*jpeg)};
  if (const auto size = image::dimensions_of(*jpeg)) {
    stored.columns.photo_width = size->width;
    stored.columns.photo_height = size->height;
  }
  const ContactId id = operation.id;
  auto changed = co_await change(
      owner, std::move(operation), origin,
      [id, now = origin.at, jpeg = *std::move(jpeg)](const Card& card) -> Result<Card> {
        if (card.is_explicit()) return with_photo(card, jpeg, now);
        const auto generated =
            Card::parse(generate(card.fields(), id.to_string()), card.favorite());
        return generated ? with_photo(*generated, jpeg, now) : generated;
      });
  if (!changed) co_return std::unexpected(std::move(changed.error()));
  static_cast<Contact&>(stored) = *std::move(changed);
  co_return stored;
}

Task<Result<void>> Photos::remove(AccountId owner, Operation operation, Origin origin) {
  const auto changed = co_await change(
      owner, std::move(operation), origin, [now = origin.at](const Card& card) -> Result<Card> {
        return card.is_explicit() ? without_photo(card, now) : card;
      });
  if (!changed) co_return std::unexpected(changed.error());
  co_return Result<void>();
}

namespace {

const Query select_photo{
    "photos.find",
    "select c.photo_hash, c.has_card, t.name, t.is_made from contacts c "
    "left join photo_thumbnails t on t.account_id = c.account_id and t.photo_hash = c.photo_hash "
    "and t.edge = $3 and t.state = 'ready' "
    "where c.account_id = $1 and c.id = $2 and c.deleted_at is null"};

}  // namespace

Task<Result<FoundPhoto>> Photos::find(AccountId owner, ContactId id, PhotoSize size) {
  const auto rows = co_await store_.read(select_photo, values(owner, id, edge_of(size)));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return no_such_contact();
  using Text = std::optional<std::string>;
  auto hash = store::read_column<Text>(*rows, "photo_hash");
  if (hash) {
    FoundPhoto found{.contact = id,
                     .size = size,
                     .hash = *std::move(hash),
                     .thumbnail = store::read_column<Text>(*rows, "name")};
    if (found.thumbnail) found.can_be_made = store::read_column<bool>(*rows, "is_made");
    co_return found;
  }
  if (!store::read_column<bool>(*rows, "has_card")) co_return no_photo();
  const auto contact = co_await contacts_.get_card(owner, id);
  if (!contact) co_return std::unexpected(contact.error());
  const auto photo = co_await read_photo(*contact);
  if (!photo) co_return std::unexpected(photo.error());
  if (photo->kind == PhotoKind::address) co_return elsewhere(photo->content);
  co_return no_photo();
}

/// Returns the image of the card.
Task<Result<ShownPhoto>> Photos::stored_image(AccountId owner, const FoundPhoto& photo) {
  const auto contact = co_await contacts_.get_card(owner, photo.contact);
  if (!contact) co_return std::unexpected(contact.error());
  auto image = co_await read_photo(*contact);
  if (!image) co_return std::unexpected(std::move(image.error()));
  if (crypto::sha256(image->content) != photo.hash) co_return changed_meanwhile();
  co_return ShownPhoto{.content_type = std::move(image->media_type),
                       .bytes = std::move(image->content)};
}

Task<Result<ShownPhoto>> Photos::load(AccountId owner, FoundPhoto photo, Time now, Charge charge) {
  if (photo.size == PhotoSize::full) co_return co_await stored_image(owner, photo);
  if (!photo.can_be_made) co_return no_thumbnail();
  if (photo.thumbnail) {
    auto kept = co_await blobs_.get({*photo.thumbnail}, now);
    if (kept) {
      co_return ShownPhoto{.content_type = std::string(thumbnail_type),
                           .bytes = std::move(kept->bytes),
                           .location = std::move(kept->location)};
    }
    if (kept.error().code != Errc::not_found) co_return std::unexpected(std::move(kept.error()));
    co_await thumbnails_.forget(key_of(owner, photo));
  }
  if (auto refused = co_await charge()) co_return std::unexpected(*std::move(refused));
  co_return co_await make(owner, std::move(photo), now);
}

Task<Result<ShownPhoto>> Photos::make(AccountId owner, FoundPhoto photo, Time now) {
  // Taken before the card is read: requests that wait hold no memory.
  const auto slot = co_await making_.take(image::thumbnail_wait);
  if (!slot) co_return too_busy();
  const auto image = co_await stored_image(owner, photo);
  if (!image) co_return std::unexpected(image.error());
  auto webp = co_await converter_.make_thumbnail(product_of(photo.size), image->bytes);
  if (!webp && !is_final(webp.error().code)) co_return std::unexpected(std::move(webp.error()));
  std::optional<std::string> made;
  if (webp) made = *webp;
  co_await thumbnails_.keep(key_of(owner, photo), std::move(made), now);
  if (!webp) co_return no_thumbnail();
  co_return ShownPhoto{.content_type = std::string(thumbnail_type), .bytes = *std::move(webp)};
}

}  // namespace kith::contacts
