#pragma once

#include <string>
#include <string_view>

#include "base/ids.hpp"

namespace kith::contacts {

/// Returns the key by which UIDs are compared: without every leading `urn:uuid:` in any case (eM
/// Client writes it twice), in lower case if the rest is a UUID, else as it is. Of a UID over
/// `uid_key_bytes_max` the rest is replaced by its hash, because databases index the key.
std::string uid_key(std::string_view uid);

/// Databases index the key.
inline constexpr std::size_t uid_key_bytes_max = 512;

/// Returns the UID of a card that has none: the resource name without `.vcf` if that is 8 to 200
/// visible ASCII characters, else the id of the contact.
std::string uid_of_resource(std::string_view resource, const ContactId& id);

}  // namespace kith::contacts
