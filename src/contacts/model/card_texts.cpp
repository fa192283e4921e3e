#include "contacts/model/card_texts.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/email.hpp"
#include "base/text.hpp"
#include "contacts/model/label.hpp"
#include "contacts/model/shown_text.hpp"
#include "vcard/limits.hpp"
#include "vcard/values/charset.hpp"
#include "vcard/values/tel.hpp"
#include "vcard/values/value.hpp"

namespace kith::contacts {

namespace {

using vcard::Line;

/// Appends text behind a separator.
void append(std::string& out, std::string_view separator, std::string_view text) {
  if (text.empty()) return;
  if (!out.empty()) out += separator;
  out += text;
}

std::string text_in(const vcard::Component& values) {
  std::string out;
  for (const std::string& value : values) append(out, " ", value);
  return out;
}

/// Returns the components with text.
std::string text_in(const std::vector<vcard::Component>& components, std::string_view separator) {
  std::string out;
  for (const auto& component : components) append(out, separator, text_in(component));
  return out;
}

/// Returns `Prefix Given Additional Family Suffix`.
std::string name_of(const Line& line) {
  auto components = vcard::components_of(line);
  constexpr std::size_t count = 5;
  components.resize(std::max(components.size(), count));
  constexpr std::array<std::size_t, count> order{3, 1, 2, 0, 4};
  std::string out;
  for (const std::size_t i : order) append(out, " ", text_in(components[i]));
  return out;
}

constexpr auto text_kinds = static_cast<std::size_t>(TextKind::note) + 1;

/// The maximum number of texts of a kind.
constexpr std::size_t count_max(TextKind kind) {
  switch (kind) {
    case TextKind::email: return vcard::emails_derived_max;
    case TextKind::phone: return vcard::phones_derived_max;
    case TextKind::label: return labels_derived_max;
    default: return vcard::properties_derived_max;
  }
}

/// Collects the searchable texts of a card.
class Texts {
 public:
  void add_line(const Line& line, LineRole role);
  CardTexts take() && { return {std::move(texts_), lacks_some_}; }

 private:
  void add(TextKind kind, std::string_view text);
  void add_param(TextKind kind, const Line& line, std::string_view upper_name);
  void add_all(TextKind kind, const std::vector<std::string>& values);
  void add_email(const Line& line);
  void add_note(const Line& line);
  void add_other(const Line& line, LineRole role);
  void add_sound(const Line& line);
  void add_android(const Line& line);

  std::vector<CardText> texts_;
  std::array<std::size_t, text_kinds> counts_{};
  std::size_t note_bytes_ = 0;
  bool lacks_some_ = false;
};

void Texts::add(TextKind kind, std::string_view text) {
  std::size_t& count = counts_[static_cast<std::size_t>(kind)];
  if (count == count_max(kind)) {
    lacks_some_ = true;
    return;
  }
  CardText shown{kind, shown_line(text)};
  const bool is_repeated = !texts_.empty() && texts_.back() == shown;
  if (shown.text.empty() || is_repeated) return;
  texts_.push_back(std::move(shown));
  ++count;
}

void Texts::add_all(TextKind kind, const std::vector<std::string>& values) {
  for (const std::string& value : values) add(kind, value);
}

void Texts::add_param(TextKind kind, const Line& line, std::string_view upper_name) {
  if (line.param_text.empty()) return;
  for (const vcard::Param& param : line.params()) {
    if (param.is(upper_name)) add(kind, vcard::guessed_utf8(param.first_value()));
  }
}

/// An address is what a mail program would write to; other texts are searchable as they are.
void Texts::add_email(const Line& line) {
  const std::string text = vcard::text_of(line);
  const auto email = InternationalEmail::parse(trim_invisible(text));
  add(TextKind::email, email ? email->text : text);
}

void Texts::add_note(const Line& line) {
  const std::string text = vcard::text_of(line);
  const std::size_t room = vcard::note_bytes_derived_max - note_bytes_;
  lacks_some_ = lacks_some_ || text.size() > room;
  std::string note = shown_lines(cut(text, room), room);
  note_bytes_ += note.size();
  if (!note.empty()) texts_.push_back({TextKind::note, std::move(note)});
}

/// The phonetic name of Japanese phones: `SOUND;X-IRMC-N:...`.
void Texts::add_sound(const Line& line) {
  if (!vcard::meaning_of(line.params()).has_type("x-irmc-n")) return;
  std::string text = vcard::text_of(line);
  std::ranges::replace(text, ';', ' ');
  add(TextKind::name, text);
}

/// `vnd.android.cursor.item/nickname;Bob;1;;...`.
void Texts::add_android(const Line& line) {
  const auto values = vcard::read_list(vcard::utf8_value(line, vcard::meaning_of(line.params())),
                                       ';', vcard::Escapes::backslash);
  const bool is_nickname = values.size() > 1 && values[0] == "vnd.android.cursor.item/nickname";
  if (is_nickname) add(TextKind::nickname, values[1]);
}

void Texts::add_line(const Line& line, LineRole role) {
  switch (role) {
    case LineRole::name:
      add(TextKind::name, name_of(line));
      return add_param(TextKind::name, line, "SORT-AS");
    case LineRole::organization:
      add(TextKind::organization, text_in(vcard::components_of(line), ", "));
      return add_param(TextKind::organization, line, "SORT-AS");
    case LineRole::address:
      add(TextKind::address,
          line.is("ADR") ? text_in(vcard::components_of(line), ", ") : vcard::text_of(line));
      return add_param(TextKind::address, line, "LABEL");
    case LineRole::im:
      add(TextKind::im, vcard::text_of(line));
      add_param(TextKind::im, line, "X-USER");
      return add_param(TextKind::im, line, "USERNAME");
    default: return add_other(line, role);
  }
}

void Texts::add_other(const Line& line, LineRole role) {
  switch (role) {
    case LineRole::full_name:
    case LineRole::other_name: return add(TextKind::name, vcard::text_of(line));
    case LineRole::nickname: return add_all(TextKind::nickname, vcard::list_of(line));
    case LineRole::category: return add_all(TextKind::label, vcard::list_of(line));
    case LineRole::title: return add(TextKind::title, vcard::text_of(line));
    case LineRole::url: return add(TextKind::url, vcard::text_of(line));
    case LineRole::email: return add_email(line);
    case LineRole::phone: return add(TextKind::phone, vcard::shown_phone(vcard::text_of(line)));
    case LineRole::note: return add_note(line);
    case LineRole::sound: return add_sound(line);
    case LineRole::android: return add_android(line);
    default: return;
  }
}

/// Returns the lines that have searchable texts, with their roles, in the order of the card.
std::vector<std::pair<std::size_t, LineRole>> in_order(const CardLines& lines) {
  std::vector<std::pair<std::size_t, LineRole>> out;
  for (std::size_t i = 0; i < line_roles; ++i) {
    const auto role = static_cast<LineRole>(i);
    for (const std::size_t index : lines.of(role)) out.emplace_back(index, role);
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace

CardTexts card_texts(const CardLines& lines) {
  Texts texts;
  for (const auto& [index, role] : in_order(lines)) texts.add_line(lines.line(index), role);
  return std::move(texts).take();
}

}  // namespace kith::contacts
