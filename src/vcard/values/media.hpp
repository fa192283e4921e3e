#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "vcard/document.hpp"

namespace kith::vcard {

/// A photo, logo, sound or key as its value looks, whatever its parameters say.
struct Media {
  enum class Kind : std::uint8_t { none, data, uri, text };

  Kind kind = Kind::none;  ///< none: the value is empty
  /// The bytes of `data`, the address, or the text of anything else.
  std::string content = {};
  /// Of data: what its first bytes say, else its data URI, else its parameters; else empty.
  std::string media_type = {};
};

/// Reads PHOTO, LOGO, SOUND or KEY: a data URI (RFC 2397) in any version, also with escapes; any
/// other URI; base64, if the parameters say so or if it decodes to an image.
Media media_of(const Line& line, const ParamMeaning& meaning);

/// Returns the media type of an image by its first bytes: JPEG, PNG, GIF, WebP, BMP, TIFF, HEIC or
/// AVIF; empty for others.
std::string_view image_type(std::string_view bytes);

/// Returns the media type that `TYPE=JPEG` of a property means: `image/jpeg`, `audio/basic`,
/// `application/pgp-keys`. REQUIRES: capital letters in `name`, small ones in `type`.
std::string media_type_of(std::string_view name, std::string_view type);

/// Returns the type that 3.0 writes for a media type: `JPEG`, `PGP`; empty for one without.
std::string type_of_media(std::string_view media_type);

/// Returns whether a type of TYPE is one of a place or use (`home`, `work`, `pref`) rather than a
/// file format.
bool is_place(std::string_view lower_type);

/// Returns whether a text begins with a scheme of at least two letters and a colon.
bool is_uri(std::string_view text);

}  // namespace kith::vcard
