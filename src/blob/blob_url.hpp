#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>

namespace kith::blob {

/// The kinds of blob store.
enum class Scheme : std::uint8_t { file, s3, cloudinary };
constexpr std::array<std::string_view, 3> names_of(Scheme) { return {"file", "s3", "cloudinary"}; }

/// The location of the blobs as configured: `file:FOLDER`,
/// `s3://KEY:SECRET@ENDPOINT/BUCKET?region=R` or `cloudinary://KEY:SECRET@CLOUD`. In keys, the
/// characters `:/?@%` are percent-encoded.
struct BlobUrl {
  std::string text;  ///< empty: the default folder
  Scheme scheme = Scheme::file;
  std::string key;
  std::string secret;
  std::string host;  ///< S3: may have a port; Cloudinary: the cloud name
  std::string path;  ///< the folder, or the bucket
  std::map<std::string, std::string, std::less<>> options;

  /// Parses a URL with the options of its scheme. The error does not quote the text, which holds a
  /// secret.
  static std::expected<BlobUrl, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  /// The text without its secret.
  std::string masked() const;

  /// The value of an option, or `otherwise` when it is not given.
  std::string option(std::string_view name, std::string_view otherwise) const;
};

}  // namespace kith::blob
