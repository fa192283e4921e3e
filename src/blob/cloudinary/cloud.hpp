#pragma once

#include <map>
#include <memory>
#include <string>

#include "blob/blob_store.hpp"
#include "blob/blob_url.hpp"

namespace kith::blob::cloudinary {

/// The parameters of a call that are signed, by name.
using Parameters = std::map<std::string, std::string, std::less<>>;

/// The signature of a call in hexadecimal: parameters in order, the secret behind them, hashed
/// (cloudinary.com, "Generating authentication signatures").
std::string signature(const Parameters& parameters, const std::string& secret, bool sha256);

/// A store that is a cloud of Cloudinary, through its upload API. Readers get its public addresses.
/// REQUIRES: a URL of the scheme cloudinary.
std::unique_ptr<BlobStore> open(const BlobUrl& url);

}  // namespace kith::blob::cloudinary
