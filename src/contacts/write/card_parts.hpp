#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "vcard/document.hpp"

/// Large binary values (photos, logos, sounds, keys) are stored apart from the card, so that an
/// edit of another line does not write them again.
namespace kith::contacts {

/// Values from this size on are cut out.
inline constexpr std::size_t part_bytes_min = 2048;

/// The maximum number of values that are cut out of one card; the others stay in it.
inline constexpr std::size_t parts_max = 32;

/// A value that was cut out: its bytes in the card, with their folds.
struct CardPart {
  std::string hash;  ///< SHA-256 of the bytes
  std::string_view bytes;
};

/// A card as it is stored.
struct CutCard {
  std::string content;          ///< the bytes without the parts
  std::string index;            ///< position, size and hash of each part; empty: none
  std::vector<CardPart> parts;  ///< in the order of the card; a value that is repeated once
};

/// Cuts the large values out of a card. REQUIRES: the document outlives the result.
CutCard cut_card(const vcard::Document& document);

/// Returns the size of the parts of a card together. `index`: of its CutCard.
std::size_t parts_bytes(std::string_view index);

/// The bytes of a part by its hash.
using PartBytes = std::map<std::string, std::string, std::less<>>;

/// Returns the bytes of the card that was cut. Throws store::DatabaseError if a part is missing or
/// `index` is damaged.
std::string join_card(std::string_view content, std::string_view index, const PartBytes& parts);

/// Compresses a part (zstd, RFC 8878), and returns it from that form. Throws store::DatabaseError
/// if it is damaged.
std::string compress_part(std::string_view bytes);
std::string decompress_part(std::string_view compressed);

}  // namespace kith::contacts
