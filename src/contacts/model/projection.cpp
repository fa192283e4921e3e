#include "contacts/model/projection.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "base/limits.hpp"
#include "base/text.hpp"
#include "contacts/model/card_lines.hpp"
#include "contacts/model/card_texts.hpp"
#include "contacts/model/label.hpp"
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

/// Returns whether a card has the label by which Google exports its star.
bool is_starred(const std::vector<CardText>& texts) {
  return std::ranges::any_of(texts, [](const CardText& each) {
    return each.kind == TextKind::label && is_star_label(each.text);
  });
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
  out.fields.favorite = card.favorite();
  out.is_starred = is_starred(out.texts);
  add_keys(keys, out, simple.name_source);
  out.keys = std::move(keys).take();
  return out;
}

Photo photo_of(const Card& card) {
  return card.is_explicit() ? read_photo(CardLines(card.document())) : Photo{};
}

}  // namespace kith::contacts
