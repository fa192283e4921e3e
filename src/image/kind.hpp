#pragma once

#include <cstdint>
#include <string_view>

namespace kith::image {

/// What bytes are by their own first ones; the only thing that says what a picture is. Names of
/// types and headers are the client's word.
enum class Kind : std::uint8_t { jpeg, png, webp, gif, svg, heif, pdf, unknown };

/// The kind of `bytes`; only as much is looked at as tells it.
Kind kind_of(std::string_view bytes);

/// Whether it is decoded here.
bool is_taken(Kind kind);

/// The name for people: `PNG`; of `unknown`, `none of them`.
std::string_view name_of(Kind kind);

}  // namespace kith::image
