#include "blob/blob_url.hpp"

#include <algorithm>
#include <optional>
#include <span>

#include "base/fields.hpp"
#include "base/masked_url.hpp"
#include "base/percent.hpp"

namespace kith::blob {

namespace {

using Refused = std::unexpected<std::string_view>;

constexpr std::string_view wrong_form =
    "must be file:FOLDER, s3://KEY:SECRET@ENDPOINT/BUCKET?region=REGION or "
    "cloudinary://KEY:SECRET@CLOUD";

/// Cuts off the part of `text` before `separator`, or all of it if there is no separator.
std::string_view take_until(std::string_view& text, char separator) {
  const auto at = text.find(separator);
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
  return part;
}

/// A plus sign is one, other than in forms: keys have them.
std::optional<std::string> decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const auto byte = percent_escaped(text.substr(i));
    if (!byte) return std::nullopt;
    out.push_back(*byte);
    i += percent_escape_bytes - 1;
  }
  return out;
}

std::span<const std::string_view> options_of(Scheme scheme) {
  static constexpr std::array<std::string_view, 2> s3{"region", "tls"};
  static constexpr std::array<std::string_view, 3> cloudinary{"api_base", "delivery_base",
                                                              "signature"};
  if (scheme == Scheme::s3) return s3;
  return scheme == Scheme::cloudinary ? std::span<const std::string_view>(cloudinary)
                                      : std::span<const std::string_view>();
}

bool is_name(std::string_view text, std::string_view further) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (c >= '0' && c <= '9') || further.contains(c);
  });
}

/// Returns why an option's value is invalid, or an empty text.
std::string_view wrong_option(const BlobUrl& url) {
  const auto one_of = [&url](std::string_view name, std::string_view a, std::string_view b) {
    const std::string value = url.option(name, a);
    return value == a || value == b;
  };
  if (!one_of("tls", "on", "off")) return "must have tls=on or tls=off";
  if (!one_of("signature", "sha1", "sha256")) return "must have signature=sha1 or sha256";
  if (!is_name(url.option("region", "us-east-1"), "-"))
    return "has a region with invalid characters";
  for (const char* name : {"api_base", "delivery_base"}) {
    const std::string value = url.option(name, "https://");
    if (value.starts_with("https://") || value.starts_with("http://")) continue;
    return "must have an api_base and a delivery_base that begin with https:// or http://";
  }
  return {};
}

std::string_view take_options(BlobUrl& url, std::string_view query) {
  while (!query.empty()) {
    std::string_view pair = take_until(query, '&');
    const std::string_view name = take_until(pair, '=');
    const auto value = decode(pair);
    const auto known = options_of(url.scheme);
    if (!value || std::ranges::find(known, name) == known.end()) {
      return "has an unknown option: s3 supports region and tls, cloudinary supports api_base, "
             "delivery_base and signature";
    }
    url.options.insert_or_assign(std::string(name), *value);
  }
  return wrong_option(url);
}

/// Takes `KEY:SECRET@HOST/PATH`; the host follows the last @.
bool take_authority(BlobUrl& url, std::string_view rest) {
  const auto at = rest.rfind('@');
  if (at == std::string_view::npos) return false;
  std::string_view login = rest.substr(0, at);
  std::string_view place = rest.substr(at + 1);
  const auto key = decode(take_until(login, ':'));
  const auto secret = decode(login);
  url.host = take_until(place, '/');
  url.path = place;
  if (!key || key->empty() || !secret || secret->empty()) return false;
  url.key = *key;
  url.secret = *secret;
  if (url.scheme == Scheme::s3) return is_name(url.host, ".-:[]") && is_name(url.path, ".-_");
  return is_name(url.host, "-_") && url.path.empty();
}

}  // namespace

std::expected<BlobUrl, std::string_view> BlobUrl::parse(std::string_view text) {
  BlobUrl url;
  url.text = text;
  if (text.empty()) return url;
  const auto scheme = enum_of<Scheme>(take_until(text, ':'));
  if (!scheme) return Refused(wrong_form);
  url.scheme = *scheme;
  if (url.scheme == Scheme::file) {
    url.path = text;
    if (text.empty()) return Refused(wrong_form);
    return url;
  }
  const std::string_view rest = take_until(text, '?');
  if (!rest.starts_with("//") || !take_authority(url, rest.substr(2))) return Refused(wrong_form);
  if (const auto why = take_options(url, text); !why.empty()) return Refused(why);
  return url;
}

std::string BlobUrl::option(std::string_view name, std::string_view otherwise) const {
  const auto found = options.find(name);
  return found == options.end() ? std::string(otherwise) : found->second;
}

std::string BlobUrl::masked() const { return masked_url(text); }

}  // namespace kith::blob
