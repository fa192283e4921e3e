#include "contacts/model/projection.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "contacts/model/card_lines.hpp"
#include "contacts/model/card_texts.hpp"
#include "contacts/model/phone.hpp"
#include "contacts/model/shown_text.hpp"
#include "contacts/model/simple_lines.hpp"
#include "contacts/model/uid.hpp"
#include "vcard/values/media.hpp"
#include "vcard/values/value.hpp"

namespace kith::contacts {

namespace {

using vcard::Line;

/// Databases index the keys.
constexpr std::size_t key_bytes_max = 512;

/// Collects the keys of a contact.
class Keys {
 public:
  explicit Keys(int country_code) : country_code_(country_code) {}

  void add_email(std::string_view address) { add(KeyKind::email, fold(address)); }
  void add_name(std::string_view name) { add(KeyKind::name, fold(name)); }
  void add_phone(std::string_view phone) {
    for (std::string& key : phone_keys(phone, country_code_)) add(KeyKind::phone, std::move(key));
  }

  std::vector<ContactKey> take() && {
    std::ranges::sort(keys_);
    const auto repeated = std::ranges::unique(keys_);
    keys_.erase(repeated.begin(), repeated.end());
    return std::move(keys_);
  }

 private:
  void add(KeyKind kind, std::string key) {
    if (key.size() > key_bytes_max) key.resize(cut(key, key_bytes_max).size());
    if (!key.empty()) keys_.push_back({kind, std::move(key)});
  }

  int country_code_;
  std::vector<ContactKey> keys_;
};

std::string organization_of(const CardLines& lines) {
  constexpr auto chars_max = static_cast<std::size_t>(limits::name_chars_max);
  for (const std::size_t index : lines.of(LineRole::organization)) {
    const auto components = vcard::components_of(lines.line(index));
    if (components[0].empty()) continue;
    std::string name = shown_line(components[0].front(), chars_max);
    if (!name.empty()) return name;
  }
  return {};
}

std::string uid_of(const CardLines& lines) {
  for (const std::size_t index : lines.of(LineRole::uid)) {
    const std::string text = vcard::text_of(lines.line(index));
    if (const std::string_view uid = trimmed(text); !uid.empty()) return std::string(uid);
  }
  return {};
}

bool is_group(const CardLines& lines) {
  return std::ranges::any_of(lines.of(LineRole::kind), [&](std::size_t index) {
    return ascii_lower(trimmed(vcard::text_of(lines.line(index)))) == "group";
  });
}

std::vector<std::string> members_of(const CardLines& lines) {
  std::vector<std::string> members;
  for (const std::size_t index : lines.of(LineRole::member)) {
    members.push_back(uid_key(vcard::text_of(lines.line(index))));
  }
  return members;
}

/// Adds the names of labels. Google exports its groups of all contacts and of starred ones as
/// labels, too.
void add_categories(Projection& out) {
  std::set<std::string> folded_names;
  for (const CardText& text : out.texts) {
    if (text.kind != TextKind::label) continue;
    std::string_view name = text.text;
    if (name.starts_with("* ")) name.remove_prefix(2);
    std::string folded = fold(name);
    const bool is_star = folded == "starred";
    out.is_starred = out.is_starred || is_star;
    if (is_star || folded == "mycontacts") continue;
    if (!folded_names.insert(std::move(folded)).second) continue;
    out.categories.push_back(text.text);
  }
}

Photo read_photo(const CardLines& lines) {
  Photo address;
  for (const std::size_t index : lines.of(LineRole::photo)) {
    const Line line = lines.line(index);
    vcard::Media media = vcard::media_of(line, vcard::meaning_of(line.params()));
    if (media.kind == vcard::Media::Kind::data && !vcard::image_type(media.content).empty()) {
      return {PhotoKind::image, std::move(media.content), std::move(media.media_type), index};
    }
    const bool is_first_address =
        media.kind == vcard::Media::Kind::uri && address.kind == PhotoKind::none;
    if (is_first_address) address = {PhotoKind::address, std::move(media.content), {}, index};
  }
  return address;
}

Projection project_implicit(const ContactFields& fields, Keys keys) {
  Projection out;
  out.fields = fields;
  keys.add_name(display_name(fields));
  if (fields.email) keys.add_email(fields.email->text);
  if (fields.phone) keys.add_phone(*fields.phone);
  out.keys = std::move(keys).take();
  return out;
}

void add_keys(Keys& keys, const Projection& projection, NameSource source) {
  if (source != NameSource::none) keys.add_name(display_name(projection.fields));
  for (const CardText& text : projection.texts) {
    if (text.kind == TextKind::email) keys.add_email(text.text);
    if (text.kind == TextKind::phone) keys.add_phone(text.text);
  }
}

}  // namespace

Projection project(const Card& card, const ProjectionContext& context) {
  Keys keys(context.country_code);
  if (!card.is_explicit()) return project_implicit(card.fields(), std::move(keys));
  const CardLines lines(card.document());
  SimpleLines simple = read_simple(lines, context.now);
  Projection out;
  out.fields = std::move(simple.fields);
  out.organization = organization_of(lines);
  out.uid = uid_of(lines);
  CardTexts texts = card_texts(lines);
  out.texts = std::move(texts.texts);
  out.lacks_texts = texts.lacks_some || lines.lacks_some();
  out.photo = read_photo(lines).kind;
  out.is_group = is_group(lines);
  out.fields.favorite = card.favorite();
  if (out.is_group) out.members = members_of(lines);
  add_categories(out);
  add_keys(keys, out, simple.name_source);
  out.keys = std::move(keys).take();
  return out;
}

Photo photo_of(const Card& card) {
  return card.is_explicit() ? read_photo(CardLines(card.document())) : Photo{};
}

}  // namespace kith::contacts
