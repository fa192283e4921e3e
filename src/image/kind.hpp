#pragma once

#include <cstdint>
#include <string_view>

namespace kith::image {

/// The kind of a file, detected from its first bytes. File names and Content-Type headers are not
/// trusted.
enum class Kind : std::uint8_t { jpeg, png, webp, gif, svg, heif, pdf, unknown };

/// Returns the kind of `bytes`; reads only as much as needed.
Kind kind_of(std::string_view bytes);

/// Returns whether pictures of this kind are accepted.
bool is_taken(Kind kind);

/// Returns the display name: `PNG`; for `unknown`, `none of them`.
std::string_view name_of(Kind kind);

}  // namespace kith::image
