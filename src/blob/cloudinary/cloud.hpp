#pragma once

#include <map>
#include <memory>
#include <string>

#include "blob/blob_store.hpp"
#include "blob/blob_url.hpp"

namespace kith::blob::cloudinary {

/// The signed parameters of a call, by name.
using Parameters = std::map<std::string, std::string, std::less<>>;

/// Returns the signature of a call in hexadecimal: the hash of the sorted parameters followed by
/// the secret (cloudinary.com, "Generating authentication signatures").
std::string signature(const Parameters& parameters, const std::string& secret, bool sha256);

/// Returns a store in a Cloudinary cloud that uses its upload API. Readers get Cloudinary's public
/// URLs. REQUIRES: a URL of the scheme cloudinary.
std::unique_ptr<BlobStore> open(const BlobUrl& url);

}  // namespace kith::blob::cloudinary
