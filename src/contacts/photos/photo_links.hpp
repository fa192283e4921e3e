#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/fields.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "contacts/write/stored_contact.hpp"
#include "crypto/link_signer.hpp"

namespace kith::contacts {

/// The photo of a contact, as the full form shows it.
struct ContactPhoto {
  std::string url;
  std::optional<int> width;
  std::optional<int> height;

  static std::string schema_name() { return "ContactPhoto"; }
  static constexpr auto fields() {
    return kith::fields(
        field("url", &ContactPhoto::url,
              {.doc = "Path of the photo with a key, which replaces a bearer token for at most an "
                      "hour. Append `&size=96` or `&size=250` for a square thumbnail.",
               .example = "/api/v1/contacts/0198c0de-0000-7000-8000-000000000001/photo?key=kqhm"}),
        field("width", &ContactPhoto::width,
              {.doc = "In pixels. Null: the header of the image does not tell."}),
        field("height", &ContactPhoto::height));
  }
};

/// Returns the path of the photo of a contact.
std::string photo_path(const ContactId& id);

/// The maximum time for which a link to a photo is valid.
inline constexpr auto photo_link_lifetime = std::chrono::hours(1);

/// Makes links to photos. A link is valid for `photo_link_lifetime` at most and half of it
/// at least. It stays the same for that half, so that browsers find the photo in their cache, and
/// it never shows another photo.
class PhotoLinks {
 public:
  /// REQUIRES: `signer` outlives this.
  explicit PhotoLinks(const crypto::LinkSigner& signer) : signer_(signer) {}

  /// Returns the photo of a contact; nullopt: it has none, or only the address of one.
  std::optional<ContactPhoto> photo_of(AccountId owner, const ContactId& id,
                                       const CardColumns& columns, Time now) const;

  /// Returns the claims of the key of a link to the photo of a contact, or nothing.
  std::optional<crypto::LinkClaims> read(const ContactId& id, std::string_view key,
                                         Time now) const {
    return signer_.verify(photo_path(id), key, now);
  }

  /// Returns what a link says of the photo that it is for.
  static std::string content_of(std::string_view photo_hash);

 private:
  const crypto::LinkSigner& signer_;
};

}  // namespace kith::contacts
