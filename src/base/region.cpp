#include "base/region.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include <unicode/uloc.h>

#include "base/text.hpp"

namespace kith {

namespace {

/// In order, two letters each.
constexpr std::string_view codes =
    "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCM"
    "CNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGY"
    "HK"
    "HMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMG"
    "MH"
    "MKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORS"
    "RU"
    "RWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVE"
    "VG"
    "VIVNVUWFWSXKYEYTZAZMZW";
constexpr std::size_t codes_count = 250;
static_assert(codes.size() == 2 * codes_count, "249 of ISO 3166-1, and XK");

/// A language range of a header.
struct Range {
  std::string language = {};
  std::optional<Region> region = {};
  int thousandths = 1000;  ///< how much it is wanted
  std::size_t place = 0;   ///< in the header
};

constexpr std::size_t ranges_max = 20;

/// Returns `q` in thousandths; 1000 if it cannot be read.
int quality_of(std::string_view parameters) {
  const auto at = parameters.find("q=");
  if (at == std::string_view::npos) return 1000;
  std::string_view text = parameters.substr(at + 2);
  if (!text.starts_with('0')) return 1000;
  int value = 0;
  int unit = 100;
  for (const char c : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (c < '0' || c > '9' || unit == 0) break;
    value += (c - '0') * unit;
    unit /= 10;
  }
  return value;
}

Range read_range(std::string_view text) {
  const auto semicolon = std::min(text.find(';'), text.size());
  const std::string tag(trimmed(text.substr(0, semicolon)));
  Range range{.thousandths = quality_of(text.substr(semicolon))};
  std::array<char, ULOC_FULLNAME_CAPACITY> locale{};
  UErrorCode status = U_ZERO_ERROR;
  uloc_forLanguageTag(tag.c_str(), locale.data(), locale.size(), nullptr, &status);
  if (U_FAILURE(status) != 0 || status == U_STRING_NOT_TERMINATED_WARNING) return range;
  range.language = ascii_lower(tag.substr(0, tag.find('-')));
  std::array<char, ULOC_COUNTRY_CAPACITY> country{};
  uloc_getCountry(locale.data(), country.data(), country.size(), &status);
  const auto region = Region::parse(country.data());
  if (region) range.region = *region;
  return range;
}

/// Returns the ranges with a language, the most wanted first.
std::vector<Range> read_ranges(std::string_view header) {
  std::vector<Range> ranges;
  header = header.substr(0, languages_bytes_max);
  while (!header.empty() && ranges.size() < ranges_max) {
    const auto comma = std::min(header.find(','), header.size());
    Range range = read_range(header.substr(0, comma));
    range.place = ranges.size();
    if (!range.language.empty() && range.thousandths > 0) ranges.push_back(std::move(range));
    header.remove_prefix(std::min(comma + 1, header.size()));
  }
  std::ranges::sort(ranges, {},
                    [](const Range& each) { return std::pair(-each.thousandths, each.place); });
  return ranges;
}

/// Returns the region where a language is mostly spoken.
std::optional<Region> likely_region(const std::string& language) {
  constexpr std::array<std::string_view, 5> of_many{"en", "es", "fr", "pt", "ar"};
  if (std::ranges::find(of_many, language) != of_many.end()) return std::nullopt;
  std::array<char, ULOC_FULLNAME_CAPACITY> full{};
  std::array<char, ULOC_COUNTRY_CAPACITY> country{};
  UErrorCode status = U_ZERO_ERROR;
  uloc_addLikelySubtags(language.c_str(), full.data(), full.size(), &status);
  uloc_getCountry(full.data(), country.data(), country.size(), &status);
  if (U_FAILURE(status) != 0) return std::nullopt;
  const auto region = Region::parse(country.data());
  return region ? std::optional(*region) : std::nullopt;
}

}  // namespace

std::expected<Region, std::string_view> Region::parse(std::string_view text) {
  constexpr std::string_view refusal = "must be a country code of two letters (ISO 3166-1)";
  if (text.size() != 2) return std::unexpected(refusal);
  Region region;
  for (std::size_t i = 0; i < 2; ++i) {
    const char c = text[i];
    region.letters[i] = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  for (std::size_t at = 0; at < codes.size(); at += 2) {
    if (codes.substr(at, 2) == region.code()) return region;
  }
  return std::unexpected(refusal);
}

std::optional<Region> region_of_languages(std::string_view accept_language) {
  const std::vector<Range> ranges = read_ranges(accept_language);
  for (const Range& wanted : ranges) {
    const bool is_appended = wanted.language == "en" && &wanted != ranges.data();
    if (is_appended) continue;
    const auto found = std::ranges::find_if(ranges, [&](const Range& each) {
      return each.language == wanted.language && each.region.has_value();
    });
    if (found != ranges.end()) return found->region;
    if (const auto likely = likely_region(wanted.language)) return likely;
  }
  return std::nullopt;
}

}  // namespace kith
