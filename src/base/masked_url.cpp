#include "base/masked_url.hpp"

namespace kith {

std::string masked_url(std::string_view url) {
  constexpr std::string_view mask = "********";
  constexpr std::string_view slashes = "://";
  std::string out(url);
  const std::size_t scheme = url.find(slashes);
  const std::size_t at = url.substr(0, url.find('?')).rfind('@');
  if (scheme == std::string_view::npos || at == std::string_view::npos) return out;
  const std::size_t colon = url.find(':', scheme + slashes.size());
  if (colon < at) out.replace(colon + 1, at - colon - 1, mask);
  return out;
}

}  // namespace kith
