#pragma once

#include <vector>

#include "contacts/photos/photo_links.hpp"
#include "contacts/photos/photos.hpp"
#include "http/router.hpp"

namespace kith::contacts {

/// What photos need besides the contacts.
struct PhotoTools {
  image::Converter& converter;
  blob::Blobs& blobs;
  const crypto::LinkSigner& links;
};

/// The services used by the photo routes of one event loop.
struct PhotoServices {
  Photos photos;
  PhotoLinks links;

  /// REQUIRES: all arguments outlive this.
  PhotoServices(store::Store& store, Contacts& contacts, const PhotoTools& tools)
      : photos(store, contacts, tools.converter, tools.blobs), links(tools.links) {}
};

/// Returns the routes of the photos of contacts. REQUIRES: `services` outlives the router; null if
/// the table is only described (OpenAPI).
std::vector<http::Route> photo_routes(PhotoServices* services);

}  // namespace kith::contacts
