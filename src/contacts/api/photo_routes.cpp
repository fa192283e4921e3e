#include "contacts/api/photo_routes.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "contacts/api/contact_services.hpp"
#include "http/handler.hpp"
#include "http/upload.hpp"

namespace kith::contacts {

namespace {

struct PhotoParams {
  PhotoSize size = PhotoSize::full;
  std::optional<std::string> key;

  static constexpr auto fields() {
    constexpr int key_chars_max = 255;
    return kith::fields(
        field("size", &PhotoParams::size,
              {.doc = "`96`, `250`: a square thumbnail with this edge in pixels, as WebP; `full`: "
                      "the image "
                      "of the card as it is."}),
        field("key", &PhotoParams::key,
              {.doc = "From `photo.url`: replaces the bearer token for at most an hour, and shows "
                      "the photo that the contact had then.",
               .chars_max = key_chars_max}));
  }
};

/// A photo in an answer.
struct PhotoAnswer {
  ShownPhoto photo;  ///< empty if the client has it
  std::string etag;
  std::string cache_control;
  bool is_unchanged = false;
};

/// The state of the photo of a contact after a change.
struct SavedPhoto {
  std::string url;
  std::optional<int> width;
  std::optional<int> height;
  std::int64_t revision = 0;

  static std::string schema_name() { return "SavedPhoto"; }
  static constexpr auto fields() {
    return kith::fields(field("url", &SavedPhoto::url, {.doc = "As in `ContactPhoto`."}),
                        field("width", &SavedPhoto::width), field("height", &SavedPhoto::height),
                        field("revision", &SavedPhoto::revision, {.doc = "Of the contact."}));
  }
};

}  // namespace

}  // namespace kith::contacts

namespace kith::http {

template <>
struct DescribeReply<contacts::PhotoAnswer> {
  static void to(EndpointDoc& doc) {
    doc.reply_type = "image/*";
    doc.reply_schema = "{}";
    doc.headers = {"ETag", "Cache-Control"};
    doc.can_be_unchanged = true;
  }
};

}  // namespace kith::http

namespace kith::contacts {

namespace {

/// The media types of photos, as literals: a response keeps a view.
constexpr std::array<std::string_view, 10> image_types{
    "image/webp", "image/jpeg", "image/png",  "image/gif",  "image/bmp",
    "image/tiff", "image/heic", "image/heif", "image/avif", "application/octet-stream"};

std::string_view literal_of(std::string_view media_type) {
  const auto found = std::ranges::find(image_types, media_type);
  return found == image_types.end() ? image_types.back() : *found;
}

void write_reply(http::Exchange& exchange, PhotoAnswer& answer) {
  http::Response& response = exchange.response;
  // Keeps a picture that is opened as a document from loading or running anything.
  response.add_header("Content-Security-Policy", "default-src 'none'");
  response.add_header("Cache-Control", answer.cache_control);
  if (!answer.photo.location.empty()) {
    response.status = 302;
    response.add_header("Location", answer.photo.location);
    return;
  }
  response.add_header("ETag", answer.etag);
  if (answer.is_unchanged) {
    response.status = 304;
    return;
  }
  response.content_type = literal_of(answer.photo.content_type);
  response.body = std::move(answer.photo.bytes);
}

/// With a link, browsers keep the photo until the link expires; else they ask each time.
std::string cache_control_of(const std::optional<crypto::LinkClaims>& link, Time now) {
  if (!link) return "private, no-cache";
  const std::int64_t left = (link->expires_at.micros - now.micros) / micros_per_second;
  return "private, max-age=" + std::to_string(std::max<std::int64_t>(left, 0)) + ", immutable";
}

Task<Result<PhotoAnswer>> get_photo(PhotoServices& services, ContactId id,
                                    http::Params<PhotoParams> params, http::Exchange* exchange) {
  const AccountId owner = exchange->principal->account;
  const Time now = exchange->now;
  std::optional<crypto::LinkClaims> link;
  if (params.value.key) link = services.links.read(id, *params.value.key, now);
  auto found = co_await services.photos.find(owner, id, params.value.size);
  if (!found) co_return std::unexpected(std::move(found.error()));
  // A link stands for one photo alone, so that browsers can keep it.
  if (link && link->content != PhotoLinks::content_of(found->hash)) co_return http::not_found();
  PhotoAnswer answer{
      .photo = {}, .etag = found->etag(), .cache_control = cache_control_of(link, now)};
  answer.is_unchanged = http::Conditions::of(exchange->request).is_unchanged(answer.etag);
  if (answer.is_unchanged) co_return answer;
  const Charge charge = [exchange, owner] {
    return http::charge(*exchange, http::LimitClass::thumbnail, std::string(owner.uuid.bytes()));
  };
  auto photo = co_await services.photos.load(owner, *std::move(found), now, charge);
  if (!photo) co_return std::unexpected(std::move(photo.error()));
  answer.photo = *std::move(photo);
  co_return answer;
}

Task<Result<http::Reply<SavedPhoto>>> put_photo(PhotoServices& services, http::Caller caller,
                                                ContactTarget target, http::Upload upload) {
  const AccountId owner = caller.who.account;
  const auto contact = co_await services.photos.put(
      owner, operation_on(target, ChangeKind::changed), upload.bytes, origin_of(caller));
  if (!contact) co_return std::unexpected(contact.error());
  const auto photo = services.links.photo_of(owner, contact->id, contact->columns, caller.now);
  SavedPhoto saved;
  saved.revision = contact->revision;
  if (photo) {
    saved.url = photo->url;
    saved.width = photo->width;
    saved.height = photo->height;
  }
  co_return http::Reply<SavedPhoto>{std::move(saved), etag_of(*contact)};
}

Task<Result<http::NoContent>> delete_photo(PhotoServices& services, http::Caller caller,
                                           ContactTarget target) {
  const auto removed = co_await services.photos.remove(
      caller.who.account, operation_on(target, ChangeKind::changed), origin_of(caller));
  if (!removed) co_return std::unexpected(removed.error());
  co_return http::NoContent{};
}

}  // namespace

std::vector<http::Route> photo_routes(PhotoServices* services) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  constexpr std::string_view path = "/api/v1/contacts/{id}/photo";
  return {
      {.verb = get,
       .path = path,
       .endpoint = endpoint<&get_photo>(services),
       .access = contacts_read,
       .id = "get_photo",
       .summary = "Get the photo of a contact, or a thumbnail of it",
       .errors = {Errc::unavailable},
       .accepts_link = true},
      {.verb = put,
       .path = path,
       .endpoint = endpoint<&put_photo>(services),
       .access = photos_change,
       .id = "put_photo",
       .summary = "Set the photo of a contact: PNG, JPEG, WebP or GIF, at most 5 MiB. It is stored "
                  "in the card as a JPEG of at most 720 x 720 pixels and 250 KiB, without metadata",
       .errors = {Errc::unavailable, Errc::quota_exceeded},
       .body_bytes_max = limits::picture_bytes_max,
       .idempotent_by_key = true,
       .limit = http::LimitClass::photo},
      {.verb = del,
       .path = path,
       .endpoint = endpoint<&delete_photo>(services),
       .access = photos_change,
       .id = "delete_photo",
       .summary = "Delete the photo of a contact",
       .idempotent_by_key = true},
  };
}

}  // namespace kith::contacts
