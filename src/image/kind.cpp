#include "image/kind.hpp"

#include <algorithm>
#include <array>

namespace kith::image {

namespace {

using namespace std::string_view_literals;

struct Mark {
  Kind kind;
  std::size_t offset;
  std::string_view bytes;
};

// PNG: RFC 2083, section 12.11. WebP: a RIFF file of the form WEBP. HEIF and AVIF: an ISO file
// whose first box is `ftyp`.
constexpr std::array marks{
    Mark{Kind::jpeg, 0, "\xFF\xD8\xFF"sv}, Mark{Kind::png, 0, "\x89PNG\r\n\x1A\n"sv},
    Mark{Kind::gif, 0, "GIF87a"sv},        Mark{Kind::gif, 0, "GIF89a"sv},
    Mark{Kind::webp, 8, "WEBP"sv},         Mark{Kind::heif, 4, "ftyp"sv},
    Mark{Kind::pdf, 0, "%PDF-"sv},
};

/// Returns whether the bytes are SVG: markup begins with a tag, after an optional byte order mark
/// and white space.
bool is_svg(std::string_view bytes) {
  constexpr std::size_t looked_at = 1024;
  bytes = bytes.substr(0, looked_at);
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  const auto first = bytes.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos || bytes[first] != '<') return false;
  return bytes.find("<svg") != std::string_view::npos;
}

}  // namespace

Kind kind_of(std::string_view bytes) {
  const auto found = std::ranges::find_if(marks, [&](const Mark& mark) {
    return bytes.size() >= mark.offset && bytes.substr(mark.offset).starts_with(mark.bytes);
  });
  if (found == marks.end()) return is_svg(bytes) ? Kind::svg : Kind::unknown;
  if (found->kind == Kind::webp && !bytes.starts_with("RIFF")) return Kind::unknown;
  return found->kind;
}

bool is_taken(Kind kind) { return kind <= Kind::gif; }

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::jpeg: return "JPEG";
    case Kind::png: return "PNG";
    case Kind::webp: return "WebP";
    case Kind::gif: return "GIF";
    case Kind::svg: return "SVG";
    case Kind::heif: return "HEIC or AVIF";
    case Kind::pdf: return "PDF";
    case Kind::unknown: break;
  }
  return "none of them";
}

}  // namespace kith::image
