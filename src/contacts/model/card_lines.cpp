#include "contacts/model/card_lines.hpp"

#include <algorithm>

#include "vcard/limits.hpp"

namespace kith::contacts {

namespace {

struct NamedRole {
  std::string_view name;
  LineRole role;
};

/// In the order of the names.
constexpr auto roles = std::to_array<NamedRole>({
    {"ADR", LineRole::address},
    {"BDAY", LineRole::birthday},
    {"CATEGORIES", LineRole::category},
    {"EMAIL", LineRole::email},
    {"FN", LineRole::full_name},
    {"IMPP", LineRole::im},
    {"KIND", LineRole::kind},
    {"LABEL", LineRole::address},
    {"MEMBER", LineRole::member},
    {"N", LineRole::name},
    {"NICKNAME", LineRole::nickname},
    {"NOTE", LineRole::note},
    {"ORG", LineRole::organization},
    {"PHOTO", LineRole::photo},
    {"ROLE", LineRole::title},
    {"SOCIALPROFILE", LineRole::im},
    {"SORT-STRING", LineRole::other_name},
    {"SOUND", LineRole::sound},
    {"TEL", LineRole::phone},
    {"TITLE", LineRole::title},
    {"UID", LineRole::uid},
    {"URL", LineRole::url},
    {"X-ADDRESSBOOKSERVER-KIND", LineRole::kind},
    {"X-ADDRESSBOOKSERVER-MEMBER", LineRole::member},
    {"X-AIM", LineRole::im},
    {"X-ANDROID-CUSTOM", LineRole::android},
    {"X-GADUGADU", LineRole::im},
    {"X-GOOGLE-TALK", LineRole::im},
    {"X-GROUPWISE", LineRole::im},
    {"X-ICQ", LineRole::im},
    {"X-JABBER", LineRole::im},
    {"X-MAIDENNAME", LineRole::other_name},
    {"X-MSN", LineRole::im},
    {"X-NICKNAME", LineRole::nickname},
    {"X-PHONETIC-FIRST-NAME", LineRole::other_name},
    {"X-PHONETIC-LAST-NAME", LineRole::other_name},
    {"X-PHONETIC-MIDDLE-NAME", LineRole::other_name},
    {"X-PHONETIC-ORG", LineRole::other_name},
    {"X-QQ", LineRole::im},
    {"X-SIP", LineRole::im},
    {"X-SKYPE", LineRole::im},
    {"X-SKYPE-USERNAME", LineRole::im},
    {"X-SOCIALPROFILE", LineRole::im},
    {"X-TWITTER", LineRole::im},
    {"X-YAHOO", LineRole::im},
});

static_assert(std::ranges::is_sorted(roles, {}, &NamedRole::name));

constexpr std::size_t name_bytes_max = 32;

constexpr std::size_t count_max(LineRole role) {
  switch (role) {
    case LineRole::email: return vcard::emails_derived_max;
    case LineRole::phone: return vcard::phones_derived_max;
    case LineRole::member: return vcard::list_values_max;
    default: return vcard::properties_derived_max;
  }
}

constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

}  // namespace

LineRole role_of(std::string_view name) {
  std::array<char, name_bytes_max> buffer;
  if (name.size() > buffer.size()) return LineRole::other;
  std::ranges::transform(name, buffer.begin(), upper);
  const std::string_view upper_name(buffer.data(), name.size());
  const auto* const found = std::ranges::lower_bound(roles, upper_name, {}, &NamedRole::name);
  return found != roles.end() && found->name == upper_name ? found->role : LineRole::other;
}

CardLines::CardLines(const vcard::Document& document) : document_(&document) {
  for (std::size_t i = 0; i < document.size(); ++i) {
    const vcard::Line line = document.line(i);
    if (line.kind != vcard::LineKind::property || line.depth != 0) continue;
    const LineRole role = role_of(line.name);
    if (role == LineRole::other) continue;
    auto& lines = lines_[static_cast<std::size_t>(role)];
    const bool has_room = lines.size() < count_max(role);
    if (has_room) lines.push_back(i);
    lacks_some_ = lacks_some_ || !has_room;
  }
}

}  // namespace kith::contacts
