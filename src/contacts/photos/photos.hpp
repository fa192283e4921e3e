#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "base/result.hpp"
#include "base/slots.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "blob/blobs.hpp"
#include "contacts/photos/thumbnails.hpp"
#include "contacts/write/contacts.hpp"
#include "image/converter.hpp"
#include "image/limits.hpp"
#include "store/store.hpp"

namespace kith::contacts {

/// The size in which a photo is shown.
enum class PhotoSize : std::uint8_t {
  small,   ///< a square of 96 pixels, as WebP
  medium,  ///< a square of 250 pixels, as WebP
  full,    ///< the image of the card, as it is
};
constexpr std::array<std::string_view, 3> names_of(PhotoSize) { return {"96", "250", "full"}; }

/// The photo of a contact as the database knows it.
struct FoundPhoto {
  ContactId contact;
  PhotoSize size = PhotoSize::full;
  std::string hash;                      ///< SHA-256 of the image
  std::optional<std::string> thumbnail;  ///< the name of its blob; nullopt: not yet made
  bool can_be_made = true;               ///< false: no thumbnail can be made of it

  /// Returns the entity tag, with quotes. It changes with the image.
  std::string etag() const;
};

/// The bytes of a photo, or a URL that serves them.
struct ShownPhoto {
  std::string content_type;
  std::string bytes;
  std::string location = {};  ///< empty: `bytes` has the photo
};

/// Asks for permission to make a thumbnail: the rate limit of the caller.
using Charge = std::function<Task<std::optional<Error>>()>;

/// The photos of contacts: they are in the cards, and their thumbnails are made on first use. One
/// per event loop.
class Photos {
 public:
  /// REQUIRES: all arguments outlive this.
  Photos(store::Store& store, Contacts& contacts, image::Converter& converter, blob::Blobs& blobs)
      : store_(store),
        contacts_(contacts),
        converter_(converter),
        blobs_(blobs),
        thumbnails_(store, blobs),
        making_(image::thumbnails_made_max, image::thumbnails_waiting_max) {}

  /// Gives the contact of `operation` another photo: `picture`, upright, reduced to a JPEG without
  /// metadata. An implicit card becomes explicit. Returns the
  /// contact afterwards; of its columns, only those of the photo are set. Errors: as
  /// `image::Converter::make` and `Contacts::apply`; nothing is changed then. REQUIRES: the bytes
  /// of `picture` outlive the task; `operation` is of the kind `changed` and has no change.
  Task<Result<StoredContact>> put(AccountId owner, Operation operation, std::string_view picture,
                                  Origin origin);

  /// Removes the photo of the contact of `operation`, if it has one. Errors: as `Contacts::apply`.
  /// REQUIRES: as `put`.
  Task<Result<void>> remove(AccountId owner, Operation operation, Origin origin);

  /// Finds the photo of a contact. Errors: `not_found`, also for a contact without a photo, and
  /// with the slug `photo-elsewhere` and its address for one whose card has only the address of a
  /// photo: the server loads nothing from there.
  Task<Result<FoundPhoto>> find(AccountId owner, ContactId id, PhotoSize size);

  /// Returns the bytes of a photo; makes and keeps the thumbnail if it is asked for the first time.
  /// Errors: `not_found` (`no-thumbnail`) if the image cannot be decoded; `unavailable` when too
  /// many thumbnails are being made, or the photo is changed at the same time; those of `charge`,
  /// which is called before a thumbnail is made.
  Task<Result<ShownPhoto>> load(AccountId owner, FoundPhoto photo, Time now, Charge charge);

 private:
  Task<Result<Contact>> change(AccountId owner, Operation operation, Origin origin,
                               std::function<Result<Card>(const Card&)> edit);
  Task<Result<ShownPhoto>> make(AccountId owner, FoundPhoto photo, Time now);
  Task<Result<ShownPhoto>> stored_image(AccountId owner, const FoundPhoto& photo);

  store::Store& store_;
  Contacts& contacts_;
  image::Converter& converter_;
  blob::Blobs& blobs_;
  Thumbnails thumbnails_;
  Slots making_;
};

}  // namespace kith::contacts
