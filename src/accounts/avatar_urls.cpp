#include "accounts/avatar_urls.hpp"

#include <utility>

#include "accounts/initials.hpp"
#include "crypto/digest.hpp"

namespace kith::accounts {

namespace {

/// Returns the Gravatar URL, made from the hash of the address in lower case. Gravatar shows a
/// generated pattern for addresses without a picture.
std::string gravatar_url(const Email& email) {
  std::string address = email.text;
  for (char& c : address) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return "https://gravatar.com/avatar/" + crypto::to_hex(crypto::sha256(address)) +
         "?s=" + std::to_string(limits::avatar_edge_pixels) + "&d=identicon";
}

}  // namespace

std::string stored_avatar_url(const blob::BlobName& name) {
  return std::string(avatars_path).append(name.text).append(blob::blob_suffix);
}

std::optional<blob::BlobName> blob_of(std::string_view url) {
  if (!url.starts_with(avatars_path) || !url.ends_with(blob::blob_suffix)) return std::nullopt;
  url.remove_prefix(avatars_path.size());
  url.remove_suffix(blob::blob_suffix.size());
  const auto name = blob::BlobName::parse(url);
  return name ? std::optional(*name) : std::nullopt;
}

void AvatarUrls::complete(Account& account) const {
  std::string& url = account.avatar_url;
  if (!url.empty()) {
    if (!public_base.empty()) url = public_base + url.substr(avatars_path.size());
  } else if (gravatar) {
    url = gravatar_url(account.email);
  } else {
    url = std::string(initials_path) + initials_of(account.username, account.id) + ".svg";
  }
}

}  // namespace kith::accounts
