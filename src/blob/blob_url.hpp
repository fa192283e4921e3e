#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>

namespace kith::blob {

/// The kinds of store.
enum class Scheme : std::uint8_t { file, s3, cloudinary };
constexpr std::array<std::string_view, 3> names_of(Scheme) { return {"file", "s3", "cloudinary"}; }

/// Where blobs are kept, as it is written: `file:FOLDER`,
/// `s3://KEY:SECRET@ENDPOINT/BUCKET?region=R` or `cloudinary://KEY:SECRET@CLOUD`. A key with one of
/// `:/?@%` has them percent-encoded.
struct BlobUrl {
  std::string text;  ///< empty: the default folder
  Scheme scheme = Scheme::file;
  std::string key;
  std::string secret;
  std::string host;  ///< of S3 perhaps with a port; Cloudinary's cloud name
  std::string path;  ///< the folder, or the bucket
  std::map<std::string, std::string, std::less<>> options;

  /// Reads one with the options that its scheme has. What is wrong is told without the text, which
  /// holds a secret.
  static std::expected<BlobUrl, std::string_view> parse(std::string_view text);
  void append_to(std::string& out) const { out += text; }

  /// The text without its secret.
  std::string masked() const;

  /// The value of an option, or `otherwise` when it is not given.
  std::string option(std::string_view name, std::string_view otherwise) const;
};

}  // namespace kith::blob
