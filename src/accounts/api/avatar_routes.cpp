#include "accounts/api/avatar_routes.hpp"

#include <string>
#include <utility>

#include "accounts/initials.hpp"
#include "base/limits.hpp"
#include "http/handler.hpp"
#include "http/upload.hpp"

namespace kith::accounts {

namespace {

/// The last segment of a picture's path: a name and a file extension.
struct FileName {
  std::string_view text;

  /// Returns the name without `suffix`, or an empty view if it has another ending.
  std::string_view without(std::string_view suffix) const {
    return text.ends_with(suffix) ? text.substr(0, text.size() - suffix.size())
                                  : std::string_view();
  }
};

/// A public picture that may be cached indefinitely: a changed picture gets a new URL.
struct Picture {
  std::string_view content_type;
  std::string bytes;
  std::string etag = {};      ///< with quotes; empty if absent
  std::string location = {};  ///< redirect target
};

}  // namespace

}  // namespace kith::accounts

namespace kith::http {

template <>
struct PathValue<accounts::FileName> {
  static std::optional<accounts::FileName> parse(std::string_view text) {
    return accounts::FileName{text};
  }
  static std::string_view text() { return "The last segment of an `avatar_url`."; }
  static constexpr std::string_view schema = R"({"type":"string"})";
};

template <>
struct DescribeReply<accounts::Picture> {
  static void to(EndpointDoc& doc) {
    doc.reply_type = "image/*";
    doc.reply_schema = "{}";
    doc.headers = {"ETag", "Cache-Control"};
    doc.can_be_unchanged = true;
  }
};

}  // namespace kith::http

namespace kith::accounts {

namespace {

/// Keeps an SVG that is opened as a document from loading or running anything.
constexpr std::string_view picture_policy = "default-src 'none'";

void write_reply(http::Exchange& exchange, Picture& picture) {
  http::Response& response = exchange.response;
  response.add_header("Content-Security-Policy", picture_policy);
  if (!picture.location.empty()) {
    response.status = 302;
    response.add_header("Location", picture.location);
    // Half the lifetime of a signed URL.
    constexpr auto fresh = std::chrono::seconds(limits::blob_link_lifetime) / 2;
    response.add_header("Cache-Control", "public, max-age=" + std::to_string(fresh.count()));
    return;
  }
  response.add_header("Cache-Control", "public, max-age=31536000, immutable");
  response.add_header("ETag", picture.etag);
  if (http::Conditions::of(exchange.request).is_unchanged(picture.etag)) {
    response.status = 304;
    return;
  }
  response.content_type = picture.content_type;
  response.body = std::move(picture.bytes);
}

Task<Result<http::Reply<Account>>> put_avatar(AvatarServices& services, http::Principal who,
                                              http::Upload upload, Time now) {
  auto account =
      services.urls.shown(co_await services.avatars.replace(who.account, upload.bytes, now));
  if (!account) co_return std::unexpected(std::move(account.error()));
  co_return http::Reply<Account>{*std::move(account)};
}

Task<Result<http::NoContent>> delete_avatar(AvatarServices& services, http::Principal who,
                                            Time now) {
  const auto removed = co_await services.avatars.remove(who.account, now);
  if (!removed) co_return std::unexpected(removed.error());
  co_return http::NoContent{};
}

Task<Result<Picture>> get_avatar(AvatarServices& services, FileName file, Time now) {
  const auto name = blob::BlobName::parse(file.without(blob::blob_suffix));
  if (!name) co_return http::not_found();
  auto found = co_await services.blobs.get(*name, now);
  if (!found && found.error().code == Errc::not_found) co_return http::not_found();
  if (!found) co_return std::unexpected(std::move(found.error()));
  co_return Picture{.content_type = "image/webp",
                    .bytes = std::move(found->bytes),
                    .etag = "\"" + name->text + "\"",
                    .location = std::move(found->location)};
}

Task<Result<Picture>> get_initials(AvatarServices&, FileName file) {
  const std::string_view name = file.without(".svg");
  auto drawn = draw_initials(name);
  if (!drawn) co_return http::not_found();
  co_return Picture{.content_type = "image/svg+xml",
                    .bytes = *std::move(drawn),
                    .etag = "\"" + std::string(name) + "\""};
}

}  // namespace

std::vector<http::Route> routes(AvatarServices* services) {
  using http::endpoint;
  using enum http::Verb;
  using enum http::Access;
  return {
      {.verb = put,
       .path = "/api/v1/users/me/avatar",
       .endpoint = endpoint<&put_avatar>(services),
       .access = own_account,
       .id = "put_avatar",
       .summary = "Upload your picture: PNG, JPEG, WebP or GIF, at most 5 MiB and 16 megapixels",
       .errors = {Errc::unavailable},
       .body_bytes_max = limits::picture_bytes_max,
       .limit = http::LimitClass::avatar},
      {.verb = del,
       .path = "/api/v1/users/me/avatar",
       .endpoint = endpoint<&delete_avatar>(services),
       .access = own_account,
       .id = "delete_avatar",
       .summary = "Delete your picture; your initials are shown instead",
       .limit = http::LimitClass::avatar},
      {.verb = get,
       .path = "/avatars/{file}",
       .endpoint = endpoint<&get_avatar>(services),
       .access = anyone,
       .id = "get_avatar",
       .summary = "Get a picture by its `avatar_url`"},
      {.verb = get,
       .path = "/avatars/initials/{file}",
       .endpoint = endpoint<&get_initials>(services),
       .access = anyone,
       .id = "get_initials",
       .summary = "Get the generated picture of an account without one"},
  };
}

}  // namespace kith::accounts
