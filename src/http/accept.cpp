#include "http/accept.hpp"

#include <algorithm>
#include <vector>

#include "http/request.hpp"

namespace kith::http {

namespace {

/// Cuts the part before `separator` off `rest`.
std::string_view take_part(std::string_view& rest, char separator) {
  const auto end = rest.find(separator);
  const std::string_view part = trim(rest.substr(0, end));
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  return part;
}

/// Returns a weight (RFC 9110, section 12.4.2) in thousandths; 1000 if it is not valid.
int weight_of(std::string_view text) {
  constexpr int whole = 1000;
  if (text.empty() || text.size() > 5 || (text.front() != '0' && text.front() != '1')) return whole;
  if (text.front() == '1') return whole;
  int weight = 0;
  int unit = whole / 10;
  for (const char digit : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (digit < '0' || digit > '9') return whole;
    weight += (digit - '0') * unit;
    unit /= 10;
  }
  return weight;
}

/// One media range of `Accept`.
struct Range {
  std::string_view type;
  std::string_view parameter;  ///< as sent; empty: none
  int weight = 1000;
};

Range range_of(std::string_view text) {
  Range range{.type = take_part(text, ';'), .parameter = {}};
  while (!text.empty()) {
    const std::string_view parameter = take_part(text, ';');
    const auto equals = std::min(parameter.find('='), parameter.size());
    const std::string_view name = trim(parameter.substr(0, equals));
    if (equal_ignoring_case(name, "q")) {
      range.weight = weight_of(trim(parameter.substr(std::min(equals + 1, parameter.size()))));
    } else if (!parameter.empty() && !equal_ignoring_case(name, "charset")) {
      range.parameter = parameter;
    }
  }
  return range;
}

/// Compares parameters; the value may be in quotes.
bool is_same_parameter(std::string_view sent, std::string_view offered) {
  const auto equals = sent.find('=');
  if (equals == std::string_view::npos) return equal_ignoring_case(sent, offered);
  std::string_view value = trim(sent.substr(equals + 1));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  const auto at = offered.find('=');
  return equal_ignoring_case(trim(sent.substr(0, equals)), offered.substr(0, at)) &&
         equal_ignoring_case(value, offered.substr(std::min(at + 1, offered.size())));
}

/// Returns how precisely a range names an offer; 0: not at all.
int precision_of(const Range& range, const MediaOffer& offer) {
  if (!range.parameter.empty()) {
    const bool fits = equal_ignoring_case(range.type, offer.type) &&
                      is_same_parameter(range.parameter, offer.parameter);
    return fits ? 4 : 0;
  }
  if (equal_ignoring_case(range.type, offer.type)) return 3;
  if (range.type == "*/*") return 1;
  const bool is_group = range.type.ends_with("/*");
  const std::string_view group = offer.type.substr(0, offer.type.find('/') + 1);
  const bool fits =
      is_group && equal_ignoring_case(range.type.substr(0, range.type.size() - 1), group);
  return fits ? 2 : 0;
}

/// How well an offer suits so far.
struct Suitability {
  int weight = 0;
  int precision = 0;
};

}  // namespace

std::optional<std::size_t> best_offer(std::string_view accept, std::span<const MediaOffer> offers) {
  std::vector<Suitability> suits(offers.size());
  while (!accept.empty()) {
    const Range range = range_of(take_part(accept, ','));
    for (std::size_t i = 0; i < offers.size(); ++i) {
      const int precision = precision_of(range, offers[i]);
      if (precision > suits[i].precision) suits[i] = {range.weight, precision};
    }
  }
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < suits.size(); ++i) {
    if (suits[i].weight == 0) continue;
    const bool is_better =
        !best || suits[i].weight > suits[*best].weight ||
        (suits[i].weight == suits[*best].weight && suits[i].precision > suits[*best].precision);
    if (is_better) best = i;
  }
  return best;
}

}  // namespace kith::http
