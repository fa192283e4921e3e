#include "contacts/model/label.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "contacts/model/card_lines.hpp"
#include "contacts/model/shown_text.hpp"
#include "vcard/values/value.hpp"

namespace kith::contacts {

std::string label_name(std::string_view text) {
  return shown_line(text, static_cast<std::size_t>(label_name_chars_max));
}

std::string label_key(std::string_view name) {
  std::string key = fold(name);
  return key.empty() ? std::string(name) : key;  // nothing but quotes and the like
}

namespace {

/// Returns a name of Google's, folded.
std::string google_name(std::string_view name) {
  if (name.starts_with("* ")) name.remove_prefix(2);
  return fold(name);
}

}  // namespace

bool is_star_label(std::string_view name) { return google_name(name) == "starred"; }

bool is_reserved_label(std::string_view name) {
  return is_star_label(name) || google_name(name) == "mycontacts";
}

std::vector<std::string> labels_of(const Card& card, std::size_t count_max) {
  std::vector<std::string> names;
  if (!card.is_explicit()) return names;
  const CardLines lines(card.document());
  std::set<std::string> keys;
  for (const std::size_t index : lines.of(LineRole::category)) {
    for (const std::string& value : vcard::list_of(lines.line(index))) {
      std::string name = label_name(value);
      if (name.empty() || is_reserved_label(name)) continue;
      if (names.size() == count_max) return names;
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
