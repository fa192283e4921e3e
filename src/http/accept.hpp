#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

/// Content negotiation by media type (RFC 9110, section 12.5.1).
namespace kith::http {

/// A representation that a resource has.
struct MediaOffer {
  std::string_view type;            ///< `text/vcard`, in small letters
  std::string_view parameter = {};  ///< `version=4.0`, in small letters; empty: none
};

/// Returns the offer that `accept` prefers: the one with the highest weight, of these the one that
/// a range names most precisely, of these the first. The most precise range gives an offer its
/// weight. A range with a parameter (other than `charset`) stands for offers with that parameter
/// only. nullopt: `accept` is empty or admits none of them. Time is linear in `accept`.
std::optional<std::size_t> best_offer(std::string_view accept, std::span<const MediaOffer> offers);

}  // namespace kith::http
