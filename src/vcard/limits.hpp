#pragma once

#include <cstddef>

/// Limits of the vCard engine. Beyond a limit a card is refused (`vcard::Refusal`) or, where a
/// comment says so, the excess is kept as bytes without a meaning.
namespace kith::vcard {

/// Told to clients as `CARDDAV:max-resource-size`.
inline constexpr std::size_t card_bytes_max = 10 * 1024 * 1024;
inline constexpr std::size_t line_bytes_max = 10 * 1024 * 1024;  ///< a logical line, with its folds
inline constexpr std::size_t lines_max = 100'000;                ///< logical lines of a card
inline constexpr std::size_t head_bytes_max = 8 * 1024;  ///< unfolded; a longer head is no property
inline constexpr std::size_t group_bytes_max = 64;       ///< a longer group is no property
inline constexpr std::size_t params_max = 64;    ///< of a line; further ones have no meaning
inline constexpr std::size_t depth_max = 4;      ///< of nested components; deeper lines are junk
inline constexpr std::size_t nesting_max = 255;  ///< components that are open at once
inline constexpr std::size_t list_values_max = 10'000;  ///< of one list; further ones are ignored

/// What derivation looks at; the rest of the card is kept all the same.
inline constexpr std::size_t emails_derived_max = 200;
inline constexpr std::size_t phones_derived_max = 200;
inline constexpr std::size_t properties_derived_max = 100;  ///< of each other name
inline constexpr std::size_t note_bytes_derived_max = 1024 * 1024;

/// Physical lines that Kith writes, in bytes without the line end (RFC 6350, section 3.2).
inline constexpr std::size_t fold_width = 75;
/// Bounds of a fold width taken over from a card.
inline constexpr std::size_t fold_width_min = 40;
inline constexpr std::size_t fold_width_max = 998;
inline constexpr std::size_t soft_break_width = 76;  ///< of quoted-printable (RFC 2045, 6.7)

}  // namespace kith::vcard
