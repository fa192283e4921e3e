#include "vcard/values/media.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/text.hpp"
#include "vcard/values/base64.hpp"
#include "vcard/values/tel.hpp"
#include "vcard/values/value.hpp"

namespace kith::vcard {

namespace {

using namespace std::string_view_literals;

struct Mark {
  std::size_t offset;
  std::string_view bytes;
  std::string_view type;
};

constexpr std::array marks{
    Mark{0, "\xFF\xD8\xFF"sv, "image/jpeg"},
    Mark{0, "\x89PNG\r\n\x1A\n"sv, "image/png"},
    Mark{0, "GIF8"sv, "image/gif"},
    Mark{8, "WEBP"sv, "image/webp"},
    Mark{0, "BM"sv, "image/bmp"},
    Mark{0, "II*\0"sv, "image/tiff"},
    Mark{0, "MM\0*"sv, "image/tiff"},
    Mark{4, "ftypheic"sv, "image/heic"},
    Mark{4, "ftypmif1"sv, "image/heif"},
    Mark{4, "ftypavif"sv, "image/avif"},
};

/// Media types whose names in TYPE differ from their subtypes.
struct NamedType {
  std::string_view property;
  std::string_view type;
  std::string_view media_type;
};

constexpr std::array named_types{
    NamedType{"PHOTO", "jpg", "image/jpeg"},
    NamedType{"KEY", "pgp", "application/pgp-keys"},
    NamedType{"KEY", "x509", "application/pkix-cert"},
    NamedType{"SOUND", "wave", "audio/wav"},
};

/// Returns whether the first characters can be a media type of a data URI.
bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7F && !"()<>@,;:\\\"[]?="sv.contains(c);
  });
}

std::optional<Media> read_data_uri(std::string_view text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  constexpr std::size_t scheme_size = 5;
  std::string head = ascii_lower(text.substr(scheme_size, comma - scheme_size));
  const std::string_view payload = text.substr(comma + 1);
  Media media{.kind = Media::Kind::data};
  if (head.ends_with(";base64")) {
    auto bytes = decode_base64(payload.contains('%') ? decode_percent(payload) : payload);
    if (!bytes) return std::nullopt;
    media.content = std::move(*bytes);
  } else {
    media.content = decode_percent(payload);
  }
  head.resize(std::min(head.find(';'), head.size()));
  if (is_token(head)) media.media_type = std::move(head);
  return media;
}

/// Returns the name in capital letters, as the tables have it.
std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

/// Returns the media type that the parameters name.
std::string named_type(const Line& line, const ParamMeaning& meaning) {
  const auto type = std::ranges::find_if_not(meaning.types, is_place);
  return type == meaning.types.end() ? "" : media_type_of(upper(line.name), *type);
}

Media read_media(const Line& line, const ParamMeaning& meaning) {
  std::string value = utf8_value(line, meaning);
  const std::string_view text = trimmed(value);
  if (text.empty()) return {};
  if (is_uri(text)) {
    std::string uri = decode_text(text, Escapes::backslash);
    if (ascii_lower(uri.substr(0, 5)) == "data:") {
      if (auto media = read_data_uri(uri)) return std::move(*media);
    }
    return {.kind = Media::Kind::uri, .content = std::move(uri)};
  }
  const bool is_named = meaning.encoding == Encoding::base64;
  if (is_named || line.is("PHOTO") || line.is("LOGO")) {
    auto bytes = decode_base64(text);
    if (bytes && !bytes->empty() && (is_named || !image_type(*bytes).empty())) {
      return {.kind = Media::Kind::data, .content = std::move(*bytes)};
    }
  }
  return {.kind = Media::Kind::text, .content = std::move(value)};
}

}  // namespace

bool is_uri(std::string_view text) {
  const std::size_t end =
      text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+.-");
  if (end == std::string_view::npos || end < 2) return false;
  const char first = ascii_lower(text.substr(0, 1)).front();
  if (first < 'a' || first > 'z') return false;
  return text[end] == ':' || text.substr(end, 2) == "\\:";
}

bool is_place(std::string_view lower_type) {
  return lower_type == "home" || lower_type == "work" || lower_type == "pref";
}

std::string_view image_type(std::string_view bytes) {
  const auto* found = std::ranges::find_if(marks, [&](const Mark& mark) {
    return bytes.size() >= mark.offset && bytes.substr(mark.offset).starts_with(mark.bytes);
  });
  return found == marks.end() ? std::string_view() : found->type;
}

std::string media_type_of(std::string_view name, std::string_view type) {
  if (type.contains('/')) return std::string(type);
  const std::string_view property = name == "LOGO" ? "PHOTO" : name;
  const auto* found = std::ranges::find_if(named_types, [&](const NamedType& named) {
    return named.type == type && named.property == property;
  });
  if (found != named_types.end()) return std::string(found->media_type);
  const std::string_view family = name == "SOUND" ? "audio/"
                                  : name == "KEY" ? "application/"
                                                  : "image/";
  return is_token(type) ? std::string(family).append(type) : "";
}

std::string type_of_media(std::string_view media_type) {
  const auto* found = std::ranges::find_if(named_types, [&](const NamedType& named) {
    return named.media_type == media_type && named.property != "PHOTO";
  });
  if (found != named_types.end()) return upper(found->type);
  const std::size_t slash = media_type.find('/');
  return slash == std::string_view::npos ? "" : upper(media_type.substr(slash + 1));
}

Media media_of(const Line& line, const ParamMeaning& meaning) {
  Media media = read_media(line, meaning);
  if (media.kind != Media::Kind::data) return media;
  if (const auto seen = image_type(media.content); !seen.empty()) {
    media.media_type = seen;
  } else if (media.media_type.empty()) {
    media.media_type = named_type(line, meaning);
  }
  return media;
}

}  // namespace kith::vcard
