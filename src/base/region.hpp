#pragma once

#include <array>
#include <compare>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace kith {

/// A country or another region with a code of two letters (ISO 3166-1 alpha-2; and XK, Kosovo).
struct Region {
  /// The pattern in the JSON Schema.
  static constexpr std::string_view pattern = "^[A-Za-z]{2}$";

  std::array<char, 2> letters{};  ///< upper case

  /// Reads an assigned code in any case.
  static std::expected<Region, std::string_view> parse(std::string_view text);

  std::string_view code() const { return {letters.data(), letters.size()}; }
  void append_to(std::string& out) const { out += code(); }

  auto operator<=>(const Region&) const = default;
};

/// The maximum number of bytes of an `Accept-Language` that are read.
inline constexpr std::size_t languages_bytes_max = 200;

/// Returns the region that the languages of a client (`Accept-Language`, RFC 9110, section 12.5.4)
/// suggest: that of the preferred language (`de-AT`), else of a later range of that language, else
/// the region where the language is mostly spoken (`de`: DE). Languages of many countries (`en`,
/// `es`, `fr`, `pt`, `ar`) alone suggest none; then the next language decides, except English,
/// which browsers append to every list. Never fails: a header that cannot be read suggests none.
std::optional<Region> region_of_languages(std::string_view accept_language);

}  // namespace kith
