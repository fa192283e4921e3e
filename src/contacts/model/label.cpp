#include "contacts/model/label.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "contacts/model/card_lines.hpp"
#include "contacts/model/projection.hpp"
#include "contacts/model/shown_text.hpp"
#include "vcard/values/value.hpp"

namespace kith::contacts {

namespace {

constexpr bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

std::expected<LabelColor, std::string_view> LabelColor::parse(std::string_view text) {
  constexpr std::size_t size = 7;
  const bool is_color = text.size() == size && text.front() == '#' &&
                        std::ranges::all_of(text.substr(1), is_hex_digit);
  if (!is_color) return std::unexpected("must be a colour like #3366CC");
  LabelColor color{std::string(text)};
  std::ranges::transform(color.text, color.text.begin(), upper);
  return color;
}

std::string label_name(std::string_view text) {
  return shown_line(text, static_cast<std::size_t>(label_name_chars_max));
}

std::string label_key(std::string_view name) {
  std::string key = fold(name);
  return key.empty() ? std::string(name) : key;  // nothing but quotes and the like
}

bool is_reserved_label(std::string_view name) {
  if (name.starts_with("* ")) name.remove_prefix(2);
  const std::string folded = fold(name);
  return folded == "starred" || folded == "mycontacts";
}

std::vector<std::string> labels_of(const Card& card) {
  std::vector<std::string> names;
  if (!card.is_explicit()) return names;
  const CardLines lines(card.document());
  std::set<std::string> keys;
  for (const std::size_t index : lines.of(LineRole::category)) {
    for (const std::string& value : vcard::list_of(lines.line(index))) {
      std::string name = label_name(value);
      if (name.empty() || is_reserved_label(name)) continue;
      if (names.size() == labels_derived_max) return names;
      if (keys.insert(label_key(name)).second) names.push_back(std::move(name));
    }
  }
  return names;
}

bool have_same_categories(const Card& a, const Card& b) {
  const auto categories = [](const Card& card) {
    return card.is_explicit() ? card.document().find_all("CATEGORIES") : std::vector<vcard::Line>();
  };
  return std::ranges::equal(categories(a), categories(b), {}, &vcard::Line::bytes,
                            &vcard::Line::bytes);
}

}  // namespace kith::contacts
