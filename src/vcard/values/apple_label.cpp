#include "vcard/values/apple_label.hpp"

#include "base/text.hpp"

namespace kith::vcard {

namespace {

constexpr std::string_view opening = "_$!<";
constexpr std::string_view closing = ">!$_";

}  // namespace

AppleLabel read_apple_label(std::string_view text) {
  text = trimmed(text);
  const bool is_well_known = text.size() > opening.size() + closing.size() &&
                             text.starts_with(opening) && text.ends_with(closing);
  if (!is_well_known) return {.name = text};
  text.remove_prefix(opening.size());
  text.remove_suffix(closing.size());
  return {.name = text, .is_well_known = true};
}

std::string write_apple_label(const AppleLabel& label) {
  if (!label.is_well_known) return std::string(label.name);
  return std::string(opening).append(label.name).append(closing);
}

}  // namespace kith::vcard
