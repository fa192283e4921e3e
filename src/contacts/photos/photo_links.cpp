#include "contacts/photos/photo_links.hpp"

#include <chrono>

namespace kith::contacts {

namespace {

/// Returns when links that are made at `now` expire.
Time expiry_of(Time now) {
  constexpr auto lifetime =
      std::chrono::duration_cast<std::chrono::microseconds>(photo_link_lifetime).count();
  constexpr auto stable = lifetime / 2;
  return {now.micros - now.micros % stable + lifetime};
}

}  // namespace

std::string photo_path(const ContactId& id) {
  return "/api/v1/contacts/" + id.to_string() + "/photo";
}

std::string PhotoLinks::content_of(std::string_view photo_hash) {
  constexpr std::size_t bytes = 16;
  return std::string(photo_hash.substr(0, bytes));
}

std::optional<ContactPhoto> PhotoLinks::photo_of(AccountId owner, const ContactId& id,
                                                 const CardColumns& columns, Time now) const {
  if (!columns.photo_hash) return std::nullopt;
  std::string path = photo_path(id);
  const std::string key =
      signer_.sign(path, {owner, expiry_of(now), content_of(columns.photo_hash->bytes)});
  return ContactPhoto{.url = path.append("?key=").append(key),
                      .width = columns.photo_width,
                      .height = columns.photo_height};
}

}  // namespace kith::contacts
